import type { ResolvedRange } from '~/url/time-range';

// No index finds a text, so looking for one reads every row. The latest part of a range is read first, and
// then the part before it, so that what is found shows at once and no single query takes too long.

/** A part of a range, in milliseconds. */
export type Slice = ResolvedRange;

const smallest = 60_000;

export const firstSlice = ({ from, to }: ResolvedRange): Slice => ({ from: Math.max(from, to - Math.max((to - from) / 64, smallest)), to });

/** The slice before, larger or smaller by how long this one took; undefined where the range begins. */
export function nextSlice(slice: Slice, range: ResolvedRange, tookMs: number): Slice | undefined {
  if (slice.from <= range.from) return undefined;
  const factor = tookMs < 500 ? 4 : tookMs < 2000 ? 2 : tookMs < 5000 ? 1 : 0.5;
  const span = Math.max((slice.to - slice.from) * factor, smallest);
  return { from: Math.max(range.from, slice.from - span), to: slice.from };
}

/** For a timestamptz column. The range itself says how the latest slice ends. */
export const sliceWhere = ({ from, to }: Slice, range: ResolvedRange) => {
  const _gte = new Date(from).toISOString();
  return to === range.to ? { _gte } : { _gte, _lt: new Date(to).toISOString() };
};
