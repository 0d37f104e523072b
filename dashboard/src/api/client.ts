import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { currentEndpoint, currentHeaders } from '~/settings/settings';
import { noteServerTime } from '~/clock/clock';
import { accessGranted, accessRefused } from './access';
import { connectionLost, connectionWorks } from './connection';
import { ApiError, kindOfCode } from './error';
import { jsonText, parseJson, typedData } from './json';
import { currentRoleSchema, loadRoleSchema, type RoleSchema } from './role-schema';
import { RoleSchemaDocument } from './role-schema.generated';

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

/** A request as it is sent for this role. */
export interface Fitted<Variables> {
  query: string;
  variables: (variables: Variables) => Variables;
  /** Adds what the role does not see to the result: null, or no rows. */
  complete: <Result>(result: Result) => Result;
}

const whole = <Variables>(query: string): Fitted<Variables> => ({ query, variables: (same) => same, complete: (same) => same });

/** The document without what the role is known not to see. */
export async function fitted<Result, Variables>(document: TypedDocument<Result, Variables>): Promise<Fitted<Variables>> {
  const schema = currentRoleSchema();
  if (!schema) return whole(document.toString());
  const { fitDocument } = await import('./fit');
  return fitDocument(document.toString(), schema) as unknown as Fitted<Variables>;
}

const askRoleSchema = () => send(RoleSchemaDocument, whole(RoleSchemaDocument.toString()), {});

/**
 * Learns what the role sees if the message says that it, or the server, does not have a field. True if the same request is
 * now another one; not where introspection is switched off.
 */
export async function learnsFrom(message: string, sentWith: RoleSchema | undefined): Promise<boolean> {
  if (sentWith || !/not found in type/.test(message)) return false;
  return loadRoleSchema(askRoleSchema).then(() => true, () => false);
}

/** Runs it, and if a field is refused once more without what the role does not see. */
async function fitting<Result, Variables, Sent>(
  document: TypedDocument<Result, Variables>,
  run: (request: Fitted<Variables>) => Promise<Sent>,
): Promise<Sent> {
  const schema = currentRoleSchema();
  try {
    return await run(await fitted(document));
  } catch (error) {
    if (!(error instanceof ApiError && (await learnsFrom(error.message, schema)))) throw error;
    return run(await fitted(document));
  }
}

async function send<Result, Variables>(
  _document: TypedDocument<Result, Variables>,
  request: Fitted<Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const { query } = request;
  const { status, body } = await post({ query, variables: request.variables(variables) }, signal);
  return request.complete(dataOf(status, body as GraphqlBody<Result>, query));
}

/** Runs one operation. Every failure is an ApiError. */
export const execute = <Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> => fitting(document, (request) => send(document, request, variables, signal));

/** Runs one operation for each set of variables, in one request. */
export const executeBatch = <Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: readonly Variables[],
  signal?: AbortSignal,
): Promise<Result[]> => fitting(document, (request) => sendBatch<Result, Variables>(request, variables, signal));

async function sendBatch<Result, Variables>(
  request: Fitted<Variables>,
  variables: readonly Variables[],
  signal?: AbortSignal,
): Promise<Result[]> {
  const { query } = request;
  const { status, body } = await post(variables.map((each) => ({ query, variables: request.variables(each) })), signal);
  if (Array.isArray(body)) return (body as GraphqlBody<Result>[]).map((each) => request.complete(dataOf(status, each, query)));
  // An error of the whole request, such as a missing secret, is one object.
  dataOf(status, body as GraphqlBody<Result>, query);
  throw new ApiError('http', `${currentEndpoint()} does not take several operations in one request`, { status });
}
