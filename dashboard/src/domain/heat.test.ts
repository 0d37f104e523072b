import { describe, expect, it } from 'vitest';
import { heatOf, placeIn } from './heat';

describe('the heat map', () => {
  it('puts hours where they are in the chosen zone', () => {
    const sunday = Date.parse('2026-05-03T23:00:00Z');
    expect(placeIn('UTC')(sunday)).toEqual({ day: 6, hour: 23 });
    expect(placeIn('Europe/Berlin')(sunday)).toEqual({ day: 0, hour: 1 });
    expect(placeIn('America/New_York')(sunday)).toEqual({ day: 6, hour: 19 });
  });
  it('adds up the same hour of several weeks', () => {
    const hour = (hour_bucket: string, total_invocations: number, failed_invocations: number) => ({
      group_key: { hour_bucket },
      aggregate: { sum: { total_invocations, failed_invocations } },
    });
    const cells = heatOf([hour('2026-05-04T10:00:00Z', 5, 1), hour('2026-05-11T10:00:00Z', 7, 0)], 'UTC');
    expect(cells[0]![10]).toEqual({ runs: 12, failed: 1, hours: 2 });
    expect(cells.flat().reduce((sum, { runs }) => sum + runs, 0)).toBe(12);
  });
});
