import { bucketSize, type ResolvedRange } from '~/url/time-range';

export interface Bucket {
  from: number;
  to: number;
}

/** The starts of the buckets that cover a range. */
function bucketStarts({ from, to }: ResolvedRange, size: number): number[] {
  const starts: number[] = [];
  for (let start = Math.floor(from / size) * size; start < to; start += size) starts.push(start);
  return starts;
}

/** The parts of a range that its charts show. The last one ends where the range ends. */
export function bucketsOf(range: ResolvedRange, count = 60): Bucket[] {
  const size = bucketSize(range, count);
  return bucketStarts(range, size).map((from) => ({ from, to: Math.min(from + size, range.to) }));
}
