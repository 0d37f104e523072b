import { describe, expect, it } from 'vitest';
import { countWithin } from './fetch';
import { badness, connected, mapOf, widthOf } from './map';
import { layoutOf } from './layout';

/** A run that detects an event, which starts a job, which triggers a function. */
const run = (source_function: string, status: string, event?: string, job?: string, triggered?: string) => ({
  source_function,
  status,
  event_executions: event
    ? [{
        event_name: event,
        status,
        job_executions: job ? [{ job_name: job, status, triggered_invocations: triggered ? [{ source_function: triggered, status }] : [] }] : [],
      }]
    : [],
});

const map = mapOf([
  ...Array.from({ length: 5 }, () => run('orders', 'completed', 'paid', 'ship')),
  run('orders', 'failed', 'paid', 'ship', 'orders'),
  run('orders', 'completed', 'paid'),
  run('orders', 'timeout'),
  run('payments', 'completed'),
]);

describe('the map', () => {
  it('counts failures of every kind', () => {
    expect(map.nodes).toEqual([
      { id: 'function orders', kind: 'function', name: 'orders', count: 8, failed: 2 },
      { id: 'function payments', kind: 'function', name: 'payments', count: 1, failed: 0 },
      { id: 'event paid', kind: 'event', name: 'paid', count: 7, failed: 1 },
      { id: 'job ship', kind: 'job', name: 'ship', count: 6, failed: 1 },
      { id: 'triggered orders', kind: 'triggered', name: 'orders', count: 1, failed: 1 },
    ]);
  });
  it('counts the lines between nodes', () => {
    expect(map.edges.map(({ from, to, count, failed }) => [from, to, count, failed])).toEqual([
      ['function orders', 'event paid', 7, 1],
      ['event paid', 'job ship', 6, 1],
      ['job ship', 'triggered orders', 1, 1],
    ]);
  });
  it('keeps the busiest nodes if there are too many, and only lines between these', () => {
    const many = mapOf(
      Array.from({ length: 30 }, (_, index) => Array.from({ length: index + 1 }, () => run(`f${index}`, 'completed', 'paid'))).flat(),
    );
    expect(many.nodes.filter(({ kind }) => kind === 'function').map(({ name }) => name)).toEqual(
      Array.from({ length: 24 }, (_, index) => `f${29 - index}`),
    );
    expect(many.leftOut).toMatchObject({ function: 6, event: 0 });
    expect(many.edges).toHaveLength(24);
  });
  it('finds what leads to a node and follows from it', () => {
    expect(connected('event paid', map.edges)).toEqual(
      new Set(['event paid', 'job ship', 'triggered orders', 'function orders', ...map.edges.map(({ id }) => id)]),
    );
    expect(connected('function payments', map.edges)).toEqual(new Set(['function payments']));
  });
  it('keeps its columns, whatever the lines are', () => {
    const places = layoutOf(map);
    const columns = ['function orders', 'event paid', 'job ship', 'triggered orders'].map((id) => places.get(id)!.x);
    expect(columns).toEqual([...columns].sort((a, b) => a - b));
    expect(places.get('function payments')!.x).toBe(columns[0]);
  });
});

it('maps of many frequent names are laid out', () => {
  const often = Array.from({ length: 600 }, (_, index) =>
    run(`function-${(index * 7919) % 8}`, 'completed', `event-${index % 12}`, `job-${index % 15}`),
  );
  const map = mapOf(often);
  expect(layoutOf(map).size).toBe(map.nodes.length);
});

it('the latest invocations are taken while they have few enough jobs', () => {
  const sizes = [3, 2, 90, 1].map((total_jobs_run) => ({ created_at: '', total_jobs_run }));
  expect([1, 7, 8, 97, 98, 1000].map((most) => countWithin(sizes, most))).toEqual([1, 2, 2, 2, 3, 4]);
});

describe('lines', () => {
  it('are thicker for more, and always visible', () => {
    expect(widthOf(100, 100)).toBe(14);
    expect(widthOf(1, 1_000_000)).toBeGreaterThanOrEqual(1.5);
    expect(widthOf(50, 100)).toBeLessThan(widthOf(60, 100));
  });
  it('are redder for more failures', () => {
    expect([badness({ count: 10, failed: 0 }), badness({ count: 10, failed: 1 }), badness({ count: 10, failed: 9 })]).toEqual([0, 0.5, 1]);
    expect(badness({ count: 0, failed: 0 })).toBe(0);
  });
});
