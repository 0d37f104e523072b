import { toMs } from '~/format/time';
import type { ReplicationStoresQuery } from './replication.generated';

// An edge says something at least this often, if only that it has nothing to send.
export const silentAfterMs = 15 * 60_000;

export interface Edge {
  id: string;
  label: string;
  firstSeen: string;
  lastSeen: string;
  silent: boolean;
  /** By its own clock, against the centre's: how long its latest message was on its way. */
  delayMs: number | null;
  /** Changes that it still had to send when it was last heard of. */
  pending: number | null;
  lastSeq: number;
  schemaVersion: number;
  deadLetters: number;
  inbox: { waiting: number; failed: number; bytes: number; oldest: string | null };
}

/** What the centre knows of each edge: those that need a person first. */
export function edgesOf({ replication_stores, replication_inbox_aggregate }: ReplicationStoresQuery, now: number): Edge[] {
  const edges = replication_stores.map((store): Edge => {
    const groups = replication_inbox_aggregate.group_by.filter(({ group_key }) => group_key.store_id === store.store_id);
    const inState = (state: string) => groups.find(({ group_key }) => group_key.state === state)?.aggregate;
    const waiting = inState('pending');
    return {
      id: store.store_id,
      label: store.host_label,
      firstSeen: store.first_seen_at,
      lastSeen: store.last_seen_at,
      silent: now - toMs(store.last_seen_at) > silentAfterMs,
      delayMs: store.sent_at === null ? null : toMs(store.last_seen_at) - toMs(store.sent_at),
      pending: store.pending_changes,
      lastSeq: store.last_seq,
      schemaVersion: store.schema_version,
      deadLetters: store.dead_letters_aggregate.aggregate?.count ?? 0,
      inbox: {
        waiting: waiting?.count ?? 0,
        failed: inState('failed')?.count ?? 0,
        bytes: waiting?.sum?.bytes ?? 0,
        oldest: waiting?.min?.received_at ?? null,
      },
    };
  });
  return edges.sort((a, b) => trouble(b) - trouble(a) || a.label.localeCompare(b.label));
}

const trouble = (edge: Edge) => (edge.deadLetters > 0 || edge.inbox.failed > 0 ? 2 : 0) + (edge.silent ? 1 : 0);

export interface FleetTotals {
  edges: number;
  silent: number;
  pending: number;
  deadLetters: number;
  waiting: number;
  failed: number;
  /** When the batch came in that waits longest. */
  oldest: string | null;
}

export function totalsOf(edges: readonly Edge[]): FleetTotals {
  const sum = (valueOf: (edge: Edge) => number) => edges.reduce((total, edge) => total + valueOf(edge), 0);
  const waitingSince = edges.map(({ inbox }) => inbox.oldest).filter((at) => at !== null);
  return {
    edges: edges.length,
    silent: sum(({ silent }) => Number(silent)),
    pending: sum(({ pending }) => pending ?? 0),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    waiting: sum(({ inbox }) => inbox.waiting),
    failed: sum(({ inbox }) => inbox.failed),
    oldest: waitingSince.sort((a, b) => toMs(a) - toMs(b))[0] ?? null,
  };
}
