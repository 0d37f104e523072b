import { expect, it } from 'vitest';
import { bucketsOf } from './buckets';

it('buckets cover the range and end with it', () => {
  const buckets = bucketsOf({ from: 1_000_000, to: 1_000_000 + 3_600_000 });
  expect(buckets[0]!.from).toBeLessThanOrEqual(1_000_000);
  expect(buckets.at(-1)!.to).toBe(4_600_000);
  expect(buckets.slice(1).map(({ from }) => from)).toEqual(buckets.slice(0, -1).map(({ to }) => to));
});
