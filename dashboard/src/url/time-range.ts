/** A range as in the address: both ends are `now`, `now-6h` or an ISO time. */
export interface TimeRange {
  from: string;
  to: string;
}

/** A range at one moment, in milliseconds. */
export interface ResolvedRange {
  from: number;
  to: number;
}

export const defaultRange: TimeRange = { from: 'now-24h', to: 'now' };

export const presets: { label: string; from: string }[] = [
  { label: 'Last 15 minutes', from: 'now-15m' },
  { label: 'Last hour', from: 'now-1h' },
  { label: 'Last 6 hours', from: 'now-6h' },
  { label: 'Last 24 hours', from: 'now-24h' },
  { label: 'Last 7 days', from: 'now-7d' },
  { label: 'Last 30 days', from: 'now-30d' },
  { label: 'Last 90 days', from: 'now-90d' },
];

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Undefined if the text is not a time. */
export function resolveInstant(text: string, now: number): number | undefined {
  const relative = /^now(?:-(\d+)([smhdw]))?$/.exec(text);
  if (relative) return relative[1] ? now - Number(relative[1]) * unitMs[relative[2]!]! : now;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The default range if an end is not a time, or if it ends before it begins. */
export function resolveRange(range: TimeRange, now: number): ResolvedRange {
  const from = resolveInstant(range.from, now);
  const to = resolveInstant(range.to, now);
  if (from === undefined || to === undefined || from >= to) return resolveRange(defaultRange, now);
  return { from, to };
}

export const isOpenEnded = (range: TimeRange) => range.to === 'now';

/** For a timestamptz column. An open end includes rows that arrive during the request. */
export function timeWhere(range: TimeRange, resolved: ResolvedRange): { _gte: string; _lt?: string } {
  const _gte = new Date(resolved.from).toISOString();
  return isOpenEnded(range) ? { _gte } : { _gte, _lt: new Date(resolved.to).toISOString() };
}

/** The range of the same length just before. */
export function previousRange({ from, to }: ResolvedRange): ResolvedRange {
  return { from: from - (to - from), to: from };
}

const bucketSizes = [
  1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000,
  21_600_000, 43_200_000, 86_400_000,
];

/** The size of buckets that cut a range into about `count`, at round times. */
export function bucketSize({ from, to }: ResolvedRange, count = 60): number {
  return bucketSizes.find((size) => (to - from) / size <= count) ?? bucketSizes.at(-1)!;
}
