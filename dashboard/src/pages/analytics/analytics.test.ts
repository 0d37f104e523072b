import { describe, expect, it } from 'vitest';
import { errorGroups } from './errors';
import { commonPart, fingerprint } from './fingerprint';
import { heatOf, placeIn } from './heat';
import { changeOf, p95ByName, runsByName, together } from './runs';

describe('fingerprints', () => {
  const kinds = (...messages: string[]) => new Set(messages.map(fingerprint)).size;
  it('ignore ids, numbers, times and addresses', () => {
    expect(kinds('gateway answered 503 (request 0484bb3132c7)', 'gateway answered 502 (request 095e61deb27a)')).toBe(1);
    expect(kinds('no order 01a204dd-acf1-7cb6-bffe-52563135ceaa', 'no order 01A204DD-963E-785B-A811-1D3246485FE0')).toBe(1);
    expect(kinds('expired at 2026-01-02T03:04:05.678Z', 'expired at 2026-11-12 13:14:15+01:00')).toBe(1);
    expect(kinds('mail to nina@example.com bounced', 'mail to o.b-1@mail.example.org bounced')).toBe(1);
    expect(kinds('connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED 127.0.0.1:80')).toBe(1);
    expect(kinds('took 1,204.5 ms', 'took 7 ms')).toBe(1);
  });
  it('ignore what is quoted, however', () => {
    expect(kinds(`key "orders_pkey" is taken`, `key "users \\"x\\" pkey" is taken`)).toBe(1);
    expect(kinds(`reading 'vat_id'`, `reading 'country'`)).toBe(1);
    expect(kinds('no “Müller”', 'no “Meier”')).toBe(1);
  });
  it('keep words, and apostrophes within them', () => {
    expect(fingerprint("can't parse, won't retry")).toBe('can’t parse, won’t retry');
    expect(fingerprint('card declined')).toBe('card declined');
    expect(fingerprint('deadbeef facade added')).toBe('deadbeef facade added');
  });
  it('tell different errors apart', () => {
    expect(fingerprint("Cannot read properties of null (reading 'a')")).not.toBe(fingerprint("Cannot read properties of undefined (reading 'a')"));
  });
  it('are of the first line, and join what differs side by side', () => {
    expect(fingerprint('boom 1\n    at x.js:3:4')).toBe('boom …');
    expect(fingerprint('ids 1, 2, 3 are gone')).toBe('ids … are gone');
  });
  it('leave something to search for', () => {
    expect(commonPart('gateway.example.com answered 503 Service Unavailable (request 0484bb3132c7)')).toBe('gateway.example.com answered');
    expect(commonPart('42')).toBe('');
    expect(commonPart("can't open a file")).toBe('t open a file');
  });
});

describe('errors', () => {
  const group = (name: string, message: string | null, count: number, first: string, last = first) => ({
    group_key: { name, message },
    aggregate: { count, min: { created_at: first }, max: { created_at: last } },
  });
  const none = { group_by: [] };
  it('of one kind are one, wherever they come up', () => {
    const now = {
      jobs: { group_by: [group('mail', 'timed out after 30 s', 2, '2026-05-01T10:00:00Z', '2026-05-01T12:00:00Z'), group('pay', 'timed out after 5 s', 3, '2026-05-01T09:00:00Z')] },
      handlers: { group_by: [group('order.paid', 'bad input', 1, '2026-05-01T08:00:00Z')] },
      detections: none,
      invocations: none,
    };
    const before = { ...now, jobs: { group_by: [group('mail', 'timed out after 1 s', 7, '2026-04-01T10:00:00Z')] }, handlers: none };
    const groups = errorGroups(now, before);
    expect(groups.map(({ fingerprint: kind, count, before: earlier }) => [kind, count, earlier])).toEqual([
      ['timed out after … s', 5, 7],
      ['bad input', 1, 0],
    ]);
    expect(groups[0]).toMatchObject({
      example: 'timed out after 30 s',
      first: '2026-05-01T09:00:00Z',
      last: '2026-05-01T12:00:00Z',
      places: [{ place: 'job', name: 'pay', count: 3 }, { place: 'job', name: 'mail', count: 2 }],
    });
  });
});

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
    expect(together(groups)).toMatchObject({ runs: 29, failed: 21 });
    expect(together([])).toMatchObject({ runs: 0, averageMs: null });
  });
  it('have a p95 of their own each', () => {
    const spread = (name: string, ms: number | null, count: number) => ({ group_key: { name, ms }, aggregate: { count } });
    const found = p95ByName([spread('a', 10, 99), spread('a', 1000, 1), spread('b', null, 3), spread('a', null, 50)]);
    expect(found.get('a')).toBe(10);
    expect(found.get('b')).toBeNull();
  });
});

it('a change is good or bad only where more is worse', () => {
  expect(changeOf(150, 100, false)).toEqual({ text: '+50%', tone: 'even' });
  expect(changeOf(150, 100, true)).toEqual({ text: '+50%', tone: 'bad' });
  expect(changeOf(50, 100, true)).toEqual({ text: '−50%', tone: 'good' });
  expect(changeOf(101, 100, true)).toEqual({ text: '+1%', tone: 'even' });
  expect(changeOf(5, 0, true)).toEqual({ text: 'new', tone: 'bad' });
  expect([changeOf(0, 0, true), changeOf(null, 3, true)]).toEqual([undefined, undefined]);
});
