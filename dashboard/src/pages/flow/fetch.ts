import { execute } from '~/api/client';
import { toMs } from '~/format/time';
import { timeWhere, type ResolvedRange, type TimeRange } from '~/url/time-range';
import { FlowRunsDocument, FlowSizesDocument, type FlowSizesQuery } from './flow.generated';
import { mapOf, type FlowMap } from './map';

// What one map may read: the latest invocations, and these together with their jobs.
const mostInvocations = 6_000;
const mostRows = 20_000;

export interface FetchedMap extends FlowMap {
  /** Where so many ran that their latest part has to do: how many these are, and the time that they took. */
  part?: { invocations: number; ms: number };
}

export async function fetchMap(range: TimeRange, resolved: ResolvedRange, signal: AbortSignal): Promise<FetchedMap> {
  const where = { created_at: timeWhere(range, resolved) };
  const { invocations: sizes } = await execute(FlowSizesDocument, { where, limit: mostInvocations }, signal);
  const count = countWithin(sizes, mostRows);
  const tooMuch = count < sizes.length || count === mostInvocations;
  if (tooMuch) where.created_at._gte = sizes[count - 1]!.created_at;
  const { invocations: runs } = await execute(FlowRunsDocument, { where }, signal);
  const part = tooMuch ? { invocations: runs.length, ms: resolved.to - toMs(where.created_at._gte) } : undefined;
  return { ...mapOf(runs), part };
}

/** How many of them, and at least one, have no more rows than that together. */
export function countWithin(sizes: FlowSizesQuery['invocations'], most: number): number {
  let rows = 0;
  const tooMany = sizes.findIndex(({ total_jobs_run }) => (rows += 1 + (total_jobs_run ?? 0)) > most);
  return tooMany === -1 ? sizes.length : Math.max(1, tooMany);
}
