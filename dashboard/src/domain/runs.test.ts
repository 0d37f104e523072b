import { describe, expect, it } from 'vitest';
import { p95ByName, runsByName, runsOfAll } from './runs';

describe('runs', () => {
  const group = (name: string, status: string, count: number, ms: number | null) => ({
    group_key: { name, status },
    aggregate: { count, sum: { ms } },
  });
  const groups = [group('a', 'completed', 3, 300), group('a', 'failed', 1, 500), group('a', 'running', 5, null), group('b', 'timeout', 20, 100)];
  it('average over what has ended', () => {
    expect(runsByName(groups)).toEqual([
      { name: 'b', runs: 20, failed: 20, averageMs: 5 },
      { name: 'a', runs: 9, failed: 1, averageMs: 200 },
    ]);
    expect(runsOfAll(groups)).toMatchObject({ runs: 29, failed: 21 });
    expect(runsOfAll([])).toMatchObject({ runs: 0, averageMs: null });
  });
  it('have a p95 of their own each', () => {
    const spread = (name: string, ms: number | null, count: number) => ({ group_key: { name, ms }, aggregate: { count } });
    const found = p95ByName([spread('a', 10, 99), spread('a', 1000, 1), spread('b', null, 3), spread('a', null, 50)]);
    expect(found.get('a')).toBe(10);
    expect(found.get('b')).toBeNull();
  });
});
