import type { ResolvedRange } from '~/url/time-range';

// No index finds a text, so a search reads every row. It reads the latest slice of the range first and then
// the slice before it, so that matches appear at once and no query takes too long.

/** A part of a range, in milliseconds. */
export type Slice = ResolvedRange;

const smallest = 60_000;

export const firstSlice = ({ from, to }: ResolvedRange): Slice => ({ from: Math.max(from, to - Math.max((to - from) / 64, smallest)), to });

/** The previous slice; its size depends on how long this one took. Undefined at the beginning of the range. */
export function nextSlice(slice: Slice, range: ResolvedRange, tookMs: number): Slice | undefined {
  if (slice.from <= range.from) return undefined;
  const factor = tookMs < 500 ? 4 : tookMs < 2000 ? 2 : tookMs < 5000 ? 1 : 0.5;
  const span = Math.max((slice.to - slice.from) * factor, smallest);
  return { from: Math.max(range.from, slice.from - span), to: slice.from };
}

/** For a timestamptz column. The latest slice ends as the range does. */
export const sliceWhere = ({ from, to }: Slice, range: ResolvedRange) => {
  const _gte = new Date(from).toISOString();
  return to === range.to ? { _gte } : { _gte, _lt: new Date(to).toISOString() };
};
