import { describe, expect, it } from 'vitest';
import { carriedSearch, changedSearch } from './state';
import { bucketSize, previousRange, rangeProblems, resolveInstant, resolveRange, timeWhere } from './time-range';

describe('the address', () => {
  it('changes only the given parameters', () => {
    expect(changedSearch('?q=a&f=1&f=2', { f: ['3'], x: 'y' })).toBe('?q=a&f=3&x=y');
    expect(changedSearch('?q=a', { q: '' })).toBe('');
    expect(changedSearch('?q=a&f=1', { f: [], q: null })).toBe('');
  });
  it('keeps only the time range in links to other pages', () => {
    expect(carriedSearch('?from=now-1h&q=a&refresh=5', { job: 'x y' })).toBe('?from=now-1h&refresh=5&job=x+y');
  });
});

describe('time ranges', () => {
  const now = Date.parse('2026-05-04T12:00:00Z');
  it('are relative or absolute', () => {
    expect(resolveInstant('now', now)).toBe(now);
    expect(resolveInstant('now-90m', now)).toBe(now - 90 * 60_000);
    expect(resolveInstant('2026-05-04T11:00:00Z', now)).toBe(now - 3_600_000);
    for (const text of ['', 'tomorrow', '__proto__', 'now-', 'now-1y', 'now+1h', 'now/d', 'x 1', '2026-13-01', '1']) expect(resolveInstant(text, now), text).toBeUndefined();
  });
  it('are typed in the zone of the settings, unless they name one', () => {
    expect(resolveInstant('2026-05-04 12:00', now, 'UTC')).toBe(now);
    expect(resolveInstant('2026-05-04 14:00', now, 'Europe/Berlin')).toBe(now);
    expect(resolveInstant('2026-05-04T14:00:00+02:00', now, 'UTC')).toBe(now);
    expect(resolveInstant('2026-05-04 17:30:00', now, 'Asia/Kolkata')).toBe(now);
    expect(resolveInstant('2026-01-01', now, 'America/New_York')).toBe(Date.parse('2026-01-01T05:00:00Z'));
    // The hour before and the hour after the clocks change in Berlin.
    expect(resolveInstant('2026-03-29 01:59', now, 'Europe/Berlin')).toBe(Date.parse('2026-03-29T00:59:00Z'));
    expect(resolveInstant('2026-03-29 03:00', now, 'Europe/Berlin')).toBe(Date.parse('2026-03-29T01:00:00Z'));
  });
  it('say which end cannot be used, and why', () => {
    const wrong = (range: Parameters<typeof rangeProblems>[0]) => rangeProblems(range, now).map(({ parameter }) => parameter);
    expect(wrong({})).toEqual([]);
    expect(wrong({ from: 'now-7d', to: 'now-1d' })).toEqual([]);
    expect(wrong({ from: 'now/d', to: 'soon' })).toEqual(['from', 'to']);
    expect(wrong({ from: 'now', to: 'now-1h' })).toEqual(['from']);
  });
  it('fall back to a day if they are invalid', () => {
    const day = { from: now - 86_400_000, to: now };
    expect(resolveRange({ from: 'x', to: 'now' }, now)).toEqual(day);
    expect(resolveRange({ from: 'now', to: 'now-1h' }, now)).toEqual(day);
  });
  it('stay open at now, to include rows that arrive meanwhile', () => {
    const open = { from: 'now-1h', to: 'now' };
    expect(timeWhere(open, resolveRange(open, now))).toEqual({ _gte: '2026-05-04T11:00:00.000Z' });
    const closed = { from: '2026-05-04T10:00:00Z', to: '2026-05-04T11:00:00Z' };
    expect(timeWhere(closed, resolveRange(closed, now))).toEqual({
      _gte: '2026-05-04T10:00:00.000Z',
      _lt: '2026-05-04T11:00:00.000Z',
    });
  });
  it('have a previous range', () => {
    expect(previousRange({ from: 100, to: 150 }, 200)).toEqual({ from: 50, to: 100 });
    expect(previousRange({ from: 100, to: 200 }, 130)).toEqual({ from: 70, to: 100 });
  });
  it('are days and weeks of the calendar, in the zone of the settings', () => {
    const at = Date.parse('2026-05-06T23:30:00Z'); // a Wednesday, and a Thursday in Berlin
    const iso = (text: string, zone: string) => new Date(resolveInstant(text, at, zone)!).toISOString();
    expect(['today', 'yesterday', 'this-week', 'last-week'].map((text) => iso(text, 'UTC').slice(0, 10))).toEqual(['2026-05-06', '2026-05-05', '2026-05-04', '2026-04-27']);
    expect(iso('today', 'Europe/Berlin')).toBe('2026-05-06T22:00:00.000Z');
    const sunday = Date.parse('2026-05-10T12:00:00Z');
    expect(new Date(resolveInstant('this-week', sunday, 'UTC')!).toISOString()).toBe('2026-05-04T00:00:00.000Z');
  });
  it('of a day are compared with the same part of the day before', () => {
    const range = { from: 'today', to: 'now' };
    const at = Date.parse('2026-05-04T09:00:00Z');
    const resolved = { from: Date.parse('2026-05-04T00:00:00Z'), to: at };
    expect(previousRange(resolved, at, range, 'UTC')).toEqual({ from: Date.parse('2026-05-03T00:00:00Z'), to: Date.parse('2026-05-03T09:00:00Z') });
  });
  it('are cut at round times', () => {
    expect(bucketSize({ from: 0, to: 86_400_000 }, 60)).toBe(1_800_000);
    expect(bucketSize({ from: 0, to: 900_000 }, 60)).toBe(30_000);
  });
});
