import { execute } from '~/api/client';
import { toMs } from '~/format/time';
import { timeWhere, type ResolvedRange, type TimeRange } from '~/url/time-range';
import { FlowRunsDocument, FlowSizesDocument, type FlowSizesQuery } from './flow.generated';
import { mapOf, type FlowMap } from './map';

// The most that one map reads: invocations, and invocations with their jobs.
const mostInvocations = 6_000;
const mostRows = 20_000;

export interface FetchedMap extends FlowMap {
  /** If there were too many invocations: how many of the latest are shown, and the time that they cover. */
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

/** How many of the first invocations, at least one, have at most `most` rows together. */
export function countWithin(sizes: FlowSizesQuery['invocations'], most: number): number {
  let rows = 0;
  const tooMany = sizes.findIndex(({ total_jobs_run }) => (rows += 1 + (total_jobs_run ?? 0)) > most);
  return tooMany === -1 ? sizes.length : Math.max(1, tooMany);
}
