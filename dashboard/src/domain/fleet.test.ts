import { describe, expect, it } from 'vitest';
import { edgesOf, isSilent, totalsOf } from './fleet';

const now = Date.parse('2026-05-04T12:00:00Z');
const store = (store_id: string, host_label: string, last_seen_at: string, pending_changes: number | null, dead = 0) => ({
  store_id, host_label, last_seen_at, pending_changes,
  first_seen_at: '2026-01-01T00:00:00Z',
  contact_interval_seconds: 5,
  sent_at: null,
  last_seq: 10,
  schema_version: 2,
  dead_letters_aggregate: { aggregate: { count: dead } },
});
const inbox = (store_id: string, state: string, count: number, received_at: string) => ({
  group_key: { store_id, state },
  aggregate: { count, sum: { bytes: count * 100 }, min: { received_at } },
});

const edges = edgesOf(
  {
    replication_stores: [
      store('1', 'berlin', '2026-05-04T11:59:00Z', 5),
      store('2', 'lyon', '2026-05-04T11:44:59Z', null),
      store('3', 'oslo', '2026-05-04T11:45:00Z', 7, 2),
    ],
    replication_inbox_aggregate: {
      group_by: [inbox('1', 'pending', 3, '2026-05-04T11:00:00Z'), inbox('1', 'failed', 1, '2026-05-03T00:00:00Z'), inbox('3', 'pending', 1, '2026-05-04T10:00:00Z')],
    },
  },
  now,
);

describe('edges', () => {
  it('with problems come first', () => {
    expect(edges.map(({ label }) => label)).toEqual(['berlin', 'oslo', 'lyon']);
  });
  it('that run all the time are silent after a quarter of an hour', () => {
    expect(edges.filter(({ silent }) => silent).map(({ label }) => label)).toEqual(['lyon']);
  });
  it('that ship by cron are silent after three times their interval, and before their second contact after a day', () => {
    const minute = 60_000;
    const silentAfter = (contact_interval_seconds: number | null, minutes: number) =>
      isSilent({ last_seen_at: new Date(now - minutes * minute).toISOString(), contact_interval_seconds }, now);
    expect([silentAfter(3600, 179), silentAfter(3600, 181)]).toEqual([false, true]);
    expect([silentAfter(86_400, 4000), silentAfter(86_400, 4400)]).toEqual([false, true]);
    expect([silentAfter(null, 16), silentAfter(null, 1441)]).toEqual([false, true]);
  });
  it('have their own pending batches and no others', () => {
    expect(edges[0]!.inbox).toEqual({ pending: 3, failed: 1, bytes: 300, oldest: '2026-05-04T11:00:00Z' });
    expect(edges[2]!.inbox).toEqual({ pending: 0, failed: 0, bytes: 0, oldest: null });
  });
  it('add up', () => {
    expect(totalsOf(edges)).toEqual({
      edges: 3, silent: 1, pending: 12, deadLetters: 2, pendingBatches: 4, failed: 1, oldest: '2026-05-04T10:00:00Z',
    });
  });
});
