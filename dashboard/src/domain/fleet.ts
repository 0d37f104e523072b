import { toMs } from '~/format/time';

// An edge that runs all the time reports more often, even if it has nothing to ship.
const leastSilenceMs = 15 * 60_000;
// One that ships by cron may miss a run.
const missedContacts = 3;
// Where nobody knows how often a store ships: it has not come back yet, or it is not the central database that asks.
export const unknownRhythmMs = 24 * 3_600_000;

interface Contacts {
  last_seen_at: string;
  /** Null before the second contact. */
  contact_interval_seconds: number | null;
}

/** How long a store may be silent, as often as it usually comes. */
export const mayBeSilentMs = ({ contact_interval_seconds: usual }: Contacts) =>
  usual === null ? unknownRhythmMs : Math.max(leastSilenceMs, missedContacts * usual * 1000);

export const isSilent = (store: Contacts, now: number) => now - toMs(store.last_seen_at) > mayBeSilentMs(store);

interface StoreAtCentralDatabase extends Contacts {
  store_id: string;
  host_label: string;
  first_seen_at: string;
  sent_at: string | null;
  pending_changes: number | null;
  last_seq: number;
  schema_version: number;
  dead_letters_aggregate: { aggregate: { count: number } | null };
}

interface InboxGroup {
  group_key: { store_id: string | null; state: string | null };
  aggregate: { count: number; sum: { bytes: number | null } | null; min: { received_at: string | null } | null };
}

interface FleetRows {
  replication_stores: readonly StoreAtCentralDatabase[];
  replication_inbox_aggregate: { group_by: readonly InboxGroup[] };
}

export interface Edge {
  id: string;
  label: string;
  firstSeen: string;
  lastSeen: string;
  silent: boolean;
  /** Its usual time between two contacts; null before the second one. */
  intervalMs: number | null;
  /** How long its latest report took, by the edge's clock and the central database's. */
  delayMs: number | null;
  /** Its pending changes when it reported last. */
  pending: number | null;
  lastSeq: number;
  schemaVersion: number;
  deadLetters: number;
  inbox: { pending: number; failed: number; bytes: number; oldest: string | null };
}

/** What the central database knows of each edge; edges with problems come first. */
export function edgesOf({ replication_stores, replication_inbox_aggregate }: FleetRows, now: number): Edge[] {
  const edges = replication_stores.map((store): Edge => {
    const groups = replication_inbox_aggregate.group_by.filter(({ group_key }) => group_key.store_id === store.store_id);
    const inState = (state: string) => groups.find(({ group_key }) => group_key.state === state)?.aggregate;
    const pending = inState('pending');
    return {
      id: store.store_id,
      label: store.host_label,
      firstSeen: store.first_seen_at,
      lastSeen: store.last_seen_at,
      silent: isSilent(store, now),
      intervalMs: store.contact_interval_seconds === null ? null : store.contact_interval_seconds * 1000,
      delayMs: store.sent_at === null ? null : toMs(store.last_seen_at) - toMs(store.sent_at),
      pending: store.pending_changes,
      lastSeq: store.last_seq,
      schemaVersion: store.schema_version,
      deadLetters: store.dead_letters_aggregate.aggregate?.count ?? 0,
      inbox: {
        pending: pending?.count ?? 0,
        failed: inState('failed')?.count ?? 0,
        bytes: pending?.sum?.bytes ?? 0,
        oldest: pending?.min?.received_at ?? null,
      },
    };
  });
  return edges.sort((a, b) => severity(b) - severity(a) || a.label.localeCompare(b.label));
}

const severity = (edge: Edge) => (edge.deadLetters > 0 || edge.inbox.failed > 0 ? 2 : 0) + (edge.silent ? 1 : 0);

export interface FleetTotals {
  edges: number;
  silent: number;
  pending: number;
  deadLetters: number;
  pendingBatches: number;
  failed: number;
  /** When the oldest pending batch arrived. */
  oldest: string | null;
}

export function totalsOf(edges: readonly Edge[]): FleetTotals {
  const sum = (valueOf: (edge: Edge) => number) => edges.reduce((total, edge) => total + valueOf(edge), 0);
  const received = edges.map(({ inbox }) => inbox.oldest).filter((at) => at !== null);
  return {
    edges: edges.length,
    silent: sum(({ silent }) => Number(silent)),
    pending: sum(({ pending }) => pending ?? 0),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    pendingBatches: sum(({ inbox }) => inbox.pending),
    failed: sum(({ inbox }) => inbox.failed),
    oldest: received.sort((a, b) => toMs(a) - toMs(b))[0] ?? null,
  };
}
