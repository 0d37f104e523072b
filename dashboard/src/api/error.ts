/** The kind of an error depends on what the user can do about it. */
export type ApiErrorKind = 'network' | 'http' | 'unauthorized' | 'query' | 'data' | 'dashboard';

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly kind: ApiErrorKind,
    message: string,
    readonly detail: { code?: string; path?: string; status?: number; query?: string } = {},
  ) {
    super(message);
  }

  get hint(): string {
    switch (this.kind) {
      case 'network':
        return 'Check that the server runs and that this machine can reach it. The dashboard retries automatically.';
      case 'unauthorized':
        return 'Log in with a token or the admin secret, also under Settings. It is stored for this tab only.';
      case 'http':
        return 'The endpoint answered, but not with GraphQL. Check the endpoint under Settings.';
      case 'query':
        return 'The server does not know a field of the query. Its version or your permissions may differ from what this dashboard expects.';
      case 'data':
        return 'The database refused the query. The message says why.';
      case 'dashboard':
        return 'This is a fault of the dashboard, not of your data. Reload the page; if it happens again, report the message.';
    }
  }
}

/** The kind for one of Hasura's error codes. */
export function kindOfCode(code: string | undefined, message: string): ApiErrorKind {
  if (code === 'access-denied' || code === 'invalid-headers' || /jwt/.test(code ?? '') || /admin-secret/.test(message))
    return 'unauthorized';
  if (code === 'validation-failed' || code === 'parse-failed' || code === 'not-supported') return 'query';
  return 'data';
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('dashboard', error instanceof Error ? error.message : String(error));
}
