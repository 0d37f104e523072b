import { toMs } from '~/format/time';

/** How often each duration occurred, in ascending order of duration. */
export type Histogram = readonly (readonly [ms: number, count: number])[];

interface DurationGroup {
  group_key: { total_duration_ms: number | null };
  aggregate: { count: number };
}

export function histogram(groups: readonly DurationGroup[]): Histogram {
  const counts = new Map<number, number>();
  for (const { group_key, aggregate } of groups) {
    const ms = group_key.total_duration_ms;
    if (ms !== null) counts.set(ms, (counts.get(ms) ?? 0) + aggregate.count);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

/** Like PostgreSQL's percentile_cont: interpolates between the two nearest values. */
export function percentile(durations: Histogram, fraction: number): number | null {
  const total = durations.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  const place = fraction * (total - 1);
  const at = (rank: number) => {
    let seen = 0;
    for (const [ms, count] of durations) {
      seen += count;
      if (seen > rank) return ms;
    }
    return durations.at(-1)![0];
  };
  const low = at(Math.floor(place));
  return low + (at(Math.ceil(place)) - low) * (place % 1);
}

interface StatusGroup {
  group_key: { status: string | null };
  aggregate: { count: number };
}

export type Counts = Record<string, number>;

export function countByStatus(groups: readonly StatusGroup[]): Counts {
  const counts: Counts = {};
  for (const { group_key, aggregate } of groups) {
    const status = group_key.status ?? 'unknown';
    counts[status] = (counts[status] ?? 0) + aggregate.count;
  }
  return counts;
}

export const totalCount = (counts: Counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

export const failures = (counts: Counts) => (counts.failed ?? 0) + (counts.timeout ?? 0) + (counts.crashed ?? 0);

/** Invocations that have ended, with or without success: the denominator of a success rate. */
export const ended = (counts: Counts) => (counts.completed ?? 0) + failures(counts);

interface HourlyFigures {
  hour_bucket: string | null;
  total_invocations: number | null;
  avg_duration_ms: number | null;
  p95_duration_ms: number | null;
  max_duration_ms: number | null;
}

/**
 * Percentiles cannot be added up. So an hour's percentile is the mean of its functions' percentiles, weighted
 * by how often each function ran. That is close enough for a line, and the page says so.
 */
export function hourlyDurations(hours: readonly HourlyFigures[]) {
  const byHour = new Map<number, { weight: number; average: number; p95: number; max: number }>();
  for (const hour of hours) {
    if (!hour.hour_bucket || hour.avg_duration_ms === null || hour.p95_duration_ms === null) continue;
    const at = toMs(hour.hour_bucket);
    const weight = hour.total_invocations ?? 0;
    const sum = byHour.get(at) ?? { weight: 0, average: 0, p95: 0, max: 0 };
    byHour.set(at, {
      weight: sum.weight + weight,
      average: sum.average + hour.avg_duration_ms * weight,
      p95: sum.p95 + hour.p95_duration_ms * weight,
      max: Math.max(sum.max, hour.max_duration_ms ?? 0),
    });
  }
  return [...byHour]
    .sort(([a], [b]) => a - b)
    .map(([at, { weight, average, p95, max }]) => ({ at, average: average / weight, p95: p95 / weight, max }));
}

interface JobGroup {
  group_key: { job_name: string | null; status: string | null };
  aggregate: { count: number; sum: { duration_ms: number | null } | null; max: { duration_ms: number | null } | null };
}

export interface JobFigures {
  name: string;
  runs: number;
  failed: number;
  averageMs: number | null;
  maxMs: number | null;
}

export function jobFigures(groups: readonly JobGroup[]): JobFigures[] {
  const jobs = new Map<string, { runs: number; failed: number; sum: number; timed: number; max: number | null }>();
  for (const { group_key, aggregate } of groups) {
    const name = group_key.job_name ?? '';
    const job = jobs.get(name) ?? { runs: 0, failed: 0, sum: 0, timed: 0, max: null };
    const sum = aggregate.sum?.duration_ms ?? null;
    jobs.set(name, {
      runs: job.runs + aggregate.count,
      failed: job.failed + (group_key.status === 'failed' || group_key.status === 'crashed' ? aggregate.count : 0),
      sum: job.sum + (sum ?? 0),
      timed: job.timed + (sum === null ? 0 : aggregate.count),
      max: Math.max(job.max ?? 0, aggregate.max?.duration_ms ?? 0),
    });
  }
  return [...jobs].map(([name, { runs, failed, sum, timed, max }]) => ({
    name,
    runs,
    failed,
    averageMs: timed > 0 ? sum / timed : null,
    maxMs: timed > 0 ? max : null,
  }));
}
