import { describe, expect, it } from 'vitest';
import { badness, busiest, connected, mapOf, widthOf, type Group } from './map';
import { layoutOf } from './layout';

const group = (name: string, status: string, count: number): Group => ({ name, status, count });

const map = mapOf({
  functions: [group('orders', 'completed', 8), group('orders', 'timeout', 2), group('payments', 'completed', 3)],
  events: [group('paid', 'completed', 6), group('paid', 'handler_failed', 1)],
  jobs: [group('ship', 'completed', 5), group('ship', 'crashed', 1)],
  detected: new Map([
    ['orders', [group('paid', 'completed', 6), group('paid', 'handler_failed', 1), group('rare', 'completed', 1)]],
    ['payments', []],
  ]),
  started: new Map([['paid', [group('ship', 'completed', 5), group('ship', 'crashed', 1)]]]),
  triggered: new Map([['ship', [group('orders', 'failed', 2)]]]),
});

describe('the map', () => {
  it('counts failures of every kind', () => {
    expect(map.nodes).toEqual([
      { id: 'function orders', kind: 'function', name: 'orders', count: 10, failed: 2 },
      { id: 'function payments', kind: 'function', name: 'payments', count: 3, failed: 0 },
      { id: 'event paid', kind: 'event', name: 'paid', count: 7, failed: 1 },
      { id: 'job ship', kind: 'job', name: 'ship', count: 6, failed: 1 },
      { id: 'triggered orders', kind: 'triggered', name: 'orders', count: 2, failed: 2 },
    ]);
  });
  it('leads only to what it has', () => {
    expect(map.edges.map(({ from, to, count, failed }) => [from, to, count, failed])).toEqual([
      ['function orders', 'event paid', 7, 1],
      ['event paid', 'job ship', 6, 1],
      ['job ship', 'triggered orders', 2, 2],
    ]);
  });
  it('tells what hangs together', () => {
    expect(connected('event paid', map.edges)).toEqual(
      new Set(['event paid', 'job ship', 'triggered orders', 'function orders', ...map.edges.map(({ id }) => id)]),
    );
    expect(connected('function payments', map.edges)).toEqual(new Set(['function payments']));
  });
  it('keeps its columns, whatever leads where', () => {
    const places = layoutOf(map);
    const columns = ['function orders', 'event paid', 'job ship', 'triggered orders'].map((id) => places.get(id)!.x);
    expect(columns).toEqual([...columns].sort((a, b) => a - b));
    expect(places.get('function payments')!.x).toBe(columns[0]);
  });
});

it('the busiest come first, and the rest are counted', () => {
  const groups = [group('a', 'completed', 1), group('b', 'completed', 5), group('b', 'failed', 1), group('c', 'completed', 3)];
  expect(busiest(groups, 2)).toEqual({ names: ['b', 'c'], leftOut: 1 });
});

describe('looks', () => {
  it('are thicker for more, and never nothing', () => {
    expect(widthOf(100, 100)).toBe(14);
    expect(widthOf(1, 1_000_000)).toBeGreaterThanOrEqual(1.5);
    expect(widthOf(50, 100)).toBeLessThan(widthOf(60, 100));
  });
  it('are redder the more failed', () => {
    expect([badness({ count: 10, failed: 0 }), badness({ count: 10, failed: 1 }), badness({ count: 10, failed: 9 })]).toEqual([0, 0.5, 1]);
    expect(badness({ count: 0, failed: 0 })).toBe(0);
  });
});
