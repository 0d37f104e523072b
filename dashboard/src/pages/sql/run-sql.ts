import { serverAddress } from '~/api/info';
import { ApiError } from '~/api/error';
import { parseJson, type Json } from '~/api/json';
import { currentHeaders } from '~/settings/settings';

export interface SqlResult {
  columns: string[];
  rows: Json[][];
  /** There would have been more rows. */
  truncated: boolean;
  duration_ms: number;
}

/** Runs one statement. An error has the database's own message. */
export async function runSql(sql: string, signal?: AbortSignal): Promise<SqlResult> {
  const address = serverAddress('/edo/sql');
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...currentHeaders() },
      body: JSON.stringify({ sql }),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('network', `No answer from ${address.href}`);
  }
  const body = (await response.text().then(parseJson).catch(() => null)) as SqlResult | { error?: string; code?: string } | null;
  if (body && 'columns' in body) return { ...body, duration_ms: Number(body.duration_ms) };
  const { error, code } = body ?? {};
  const kind = response.status === 401 || code === 'access-denied' ? 'unauthorized' : 'data';
  throw new ApiError(kind, error ?? `${address.href} answered HTTP ${response.status}`, { code, status: response.status });
}

/** Columns may share a name, which the keys of an object cannot. */
export function uniqueNames(columns: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return columns.map((column) => {
    const times = (seen.get(column) ?? 0) + 1;
    seen.set(column, times);
    return times === 1 ? column : `${column} (${times})`;
  });
}

/** Rows as objects, for exports. */
export function asObjects({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>): Record<string, Json>[] {
  const names = uniqueNames(columns);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}
