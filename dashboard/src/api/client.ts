import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { currentEndpoint, currentHeaders } from '~/settings/settings';
import { connectionLost, connectionWorks } from './connection';
import { ApiError, kindOfCode } from './error';

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

/** Runs one operation. Whatever goes wrong is an ApiError. */
export async function execute<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const query = document.toString();
  let response: Response;
  try {
    response = await fetch(currentEndpoint(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...currentHeaders() },
      body: JSON.stringify({ query, variables }),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    connectionLost();
    throw new ApiError('network', `No answer from ${currentEndpoint()}`);
  }
  // A proxy answers for a server that is not there.
  if (response.status >= 502 && response.status <= 504) {
    connectionLost();
    throw new ApiError('network', `No answer from ${currentEndpoint()} (HTTP ${response.status})`);
  }
  const text = await response.text();
  connectionWorks();

  let body: GraphqlBody<Result>;
  try {
    body = JSON.parse(text) as GraphqlBody<Result>;
  } catch {
    throw new ApiError('http', `${currentEndpoint()} answered HTTP ${response.status} without JSON`, {
      status: response.status,
    });
  }
  const error = firstError(body, query);
  if (error) throw error;
  if (!body.data) {
    throw new ApiError('http', `${currentEndpoint()} answered HTTP ${response.status} without data`, {
      status: response.status,
    });
  }
  return body.data;
}
