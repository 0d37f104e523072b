import { expect, it } from 'vitest';
import { firstSlice, nextSlice, sliceWhere } from './slices';

const day = 86_400_000;

it('slices cover a range from its end to its beginning, without gaps', () => {
  for (const took of [100, 1000, 3000, 9000]) {
    const range = { from: 5 * day, to: 12 * day + 7 };
    let slice = firstSlice(range);
    expect(slice.to).toBe(range.to);
    for (let count = 1; ; count += 1) {
      const next = nextSlice(slice, range, took);
      if (!next) break;
      expect(next.to).toBe(slice.from);
      expect(count).toBeLessThan(20_000);
      slice = next;
    }
    expect(slice.from).toBe(range.from);
  }
});

it('slices grow while they are fast, and shrink when they are slow', () => {
  const range = { from: 0, to: 64 * day };
  const first = firstSlice(range);
  const spans = [100, 1000, 3000, 9000].map((took) => {
    const { from, to } = nextSlice(first, range, took)!;
    return (to - from) / day;
  });
  expect(spans).toEqual([4, 2, 1, 0.5]);
});

it('the latest slice ends as the range does', () => {
  const range = { from: 0, to: 64 * day };
  expect(sliceWhere(firstSlice(range), range)).toEqual({ _gte: new Date(63 * day).toISOString() });
  expect(sliceWhere({ from: 0, to: day }, range)).toEqual({ _gte: new Date(0).toISOString(), _lt: new Date(day).toISOString() });
});
