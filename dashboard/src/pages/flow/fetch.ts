import { execute } from '~/api/client';
import { isOpenEnded, timeWhere, type ResolvedRange, type TimeRange } from '~/url/time-range';
import { FlowRunsDocument, FlowVolumeDocument } from './flow.generated';
import { mapOf, type FlowMap } from './map';

// What one map may read: invocations and jobs together.
const enoughRows = 20_000;

export interface FetchedMap extends FlowMap {
  /** What the map is of: the whole range, or its latest part where so many ran that a part has to do. */
  range: ResolvedRange;
  sampled: boolean;
  /** In the whole range. */
  invocations: number;
}

export async function fetchMap(range: TimeRange, resolved: ResolvedRange, signal: AbortSignal): Promise<FetchedMap> {
  const whole = { created_at: timeWhere(range, resolved) };
  const volume = await execute(FlowVolumeDocument, { invocations: whole, jobs: whole }, signal);
  const invocations = volume.invocations_aggregate.aggregate?.count ?? 0;
  const jobs = volume.job_executions_aggregate.aggregate?.count ?? 0;
  const part = partOf(resolved, invocations + jobs);
  const sampled = part.from > resolved.from;
  const within = timeWhere(isOpenEnded(range) ? range : { ...range, from: new Date(part.from).toISOString() }, part);
  const { invocations: runs } = await execute(FlowRunsDocument, { where: { created_at: within } }, signal);
  return { ...mapOf(runs), range: part, sampled, invocations };
}

/** The latest part of a range that holds about as many rows as are enough. */
export function partOf({ from, to }: ResolvedRange, rows: number): ResolvedRange {
  if (rows <= enoughRows) return { from, to };
  return { from: Math.round(to - (to - from) * (enoughRows / rows)), to };
}
