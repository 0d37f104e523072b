import { describe, expect, it } from 'vitest';
import { countByStatus, ended, failures, histogram, hourlyDurations, jobFigures, percentile, totalCount } from './figures';

const durations = (...ms: (number | null)[]) =>
  histogram(ms.map((value) => ({ group_key: { total_duration_ms: value }, aggregate: { count: 1 } })));

describe('percentiles of a histogram', () => {
  it('are those of the values that it counts', () => {
    const values = Array.from({ length: 101 }, (_, index) => (index * 37) % 101);
    expect(percentile(durations(...values), 0.5)).toBe(50);
    expect(percentile(durations(...values), 0.95)).toBe(95);
    expect(percentile(durations(1, 2), 0.5)).toBe(1.5);
    expect(percentile(durations(1, 1, 1, 9), 0.99)).toBeCloseTo(8.76);
  });
  it('are null without values', () => {
    expect(percentile(durations(null), 0.5)).toBeNull();
    expect(percentile(durations(7, null), 0.99)).toBe(7);
  });
});

describe('outcomes', () => {
  it('count what is still running neither as good nor as bad', () => {
    const group = (status: string, count: number) => ({ group_key: { status }, aggregate: { count } });
    const counts = countByStatus([group('completed', 5), group('failed', 2), group('crashed', 1), group('running', 9)]);
    expect(failures(counts)).toBe(3);
    expect(ended(counts)).toBe(8);
    expect(totalCount(counts)).toBe(17);
  });
});

describe('hours', () => {
  it('weight each function by how often it ran', () => {
    const hour = (total: number, average: number) => ({
      hour_bucket: '2026-01-01T10:00:00+00:00',
      total_invocations: total,
      avg_duration_ms: average,
      p95_duration_ms: average * 2,
      max_duration_ms: average * 3,
    });
    expect(hourlyDurations([hour(3, 100), hour(1, 500)])).toEqual([
      { at: Date.parse('2026-01-01T10:00:00Z'), average: 200, p95: 400, max: 1500 },
    ]);
  });
});

describe('jobs', () => {
  it('add up over their outcomes', () => {
    const group = (job_name: string, status: string, count: number, sum: number | null, max: number | null) => ({
      group_key: { job_name, status },
      aggregate: { count, sum: { duration_ms: sum }, max: { duration_ms: max } },
    });
    expect(jobFigures([group('mail', 'completed', 3, 300, 200), group('mail', 'failed', 1, 500, 500), group('mail', 'running', 1, null, null)]))
      .toEqual([{ name: 'mail', runs: 5, failed: 1, averageMs: 200, maxMs: 500 }]);
  });
});
