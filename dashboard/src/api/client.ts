import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { currentEndpoint, currentHeaders } from '~/settings/settings';
import { noteServerTime } from '~/clock/clock';
import { accessGranted, accessRefused } from './access';
import { connectionLost, connectionWorks } from './connection';
import { ApiError, kindOfCode } from './error';
import { jsonText, parseJson, typedData } from './json';

/** A typed operation, as `npm run codegen` writes them. */
export type TypedDocument<Result, Variables> = DocumentTypeDecoration<Result, Variables> & {
  toString(): string;
};

interface GraphqlBody<Result> {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: string; path?: string } }[];
}

function firstError<Result>(body: GraphqlBody<Result>, query: string): ApiError | undefined {
  const error = body.errors?.[0];
  if (!error) return undefined;
  const { code, path } = error.extensions ?? {};
  return new ApiError(kindOfCode(code, error.message), error.message, { code, path, query });
}

/** Sends a request and parses the JSON of the response. */
async function post(request: unknown, signal?: AbortSignal): Promise<{ status: number; body: unknown }> {
  let response: Response;
  const begun = Date.now();
  try {
    response = await fetch(currentEndpoint(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...currentHeaders() },
      body: jsonText(request),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    connectionLost();
    throw new ApiError('network', `No answer from ${currentEndpoint()}`);
  }
  const { status } = response;
  noteServerTime(response.headers.get('date'), begun, Date.now());
  // A proxy responds for a server that is not running.
  if (status >= 502 && status <= 504) {
    connectionLost();
    throw new ApiError('network', `No answer from ${currentEndpoint()} (HTTP ${status})`);
  }
  const text = await response.text();
  connectionWorks();
  try {
    return { status, body: parseJson(text) };
  } catch {
    throw new ApiError('http', `${currentEndpoint()} answered HTTP ${status} without JSON`, { status });
  }
}

function dataOf<Result>(status: number, body: GraphqlBody<Result>, query: string): Result {
  const error = firstError(body, query);
  if (error?.kind === 'unauthorized') accessRefused(error.message);
  else accessGranted();
  if (error) throw error;
  if (!body.data) {
    throw new ApiError('http', `${currentEndpoint()} answered HTTP ${status} without data`, { status });
  }
  return typedData(body.data);
}

/** Runs one operation. Every failure is an ApiError. */
export async function execute<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const query = document.toString();
  const { status, body } = await post({ query, variables }, signal);
  return dataOf(status, body as GraphqlBody<Result>, query);
}

/** Runs one operation for each set of variables, in one request. */
export async function executeBatch<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: readonly Variables[],
  signal?: AbortSignal,
): Promise<Result[]> {
  const query = document.toString();
  const { status, body } = await post(variables.map((each) => ({ query, variables: each })), signal);
  if (Array.isArray(body)) return (body as GraphqlBody<Result>[]).map((each) => dataOf(status, each, query));
  // An error of the whole request, such as a missing secret, is one object.
  dataOf(status, body as GraphqlBody<Result>, query);
  throw new ApiError('http', `${currentEndpoint()} does not take several operations in one request`, { status });
}
