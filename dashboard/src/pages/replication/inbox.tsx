import { useGraphql } from '~/api/query';
import { formatBytes, formatCount } from '~/format/number';
import { useRange } from '~/url/range-context';
import { DataTable, type Column } from '~/ui/data-table';
import { Panel } from '~/ui/panel';
import { EmptyState, Note, QueryView } from '~/ui/state';
import { StatusBadge } from '~/ui/status';
import { Time } from '~/ui/values';
import { ReplicationInboxDocument, type ReplicationInboxQuery } from './replication.generated';
import styles from './replication.module.css';

type Entry = ReplicationInboxQuery['replication_inbox'][number];

const shown = 100;

/** Batches in the inbox that are not applied yet, in the order in which they will be. */
export function Inbox() {
  const { now } = useRange();
  const query = useGraphql(ReplicationInboxDocument, { limit: shown }, { asOf: now });
  return (
    <Panel title="Inbox" flush>
      <QueryView query={query} what="Inbox">
        {({ replication_inbox: entries }) =>
          entries.length === 0 ? (
            <EmptyState title="The inbox is empty">
              Stores that ship with <code>--via direct</code> do not use it.
            </EmptyState>
          ) : (
            <>
              <DataTable label="Inbox" columns={columns} rows={entries} rowKey={({ id }) => String(id)} />
              <div className={styles.below}>
                <Note>
                  {entries.length === shown && `The first ${shown}. `}
                  <code>edo-replicator apply</code> applies pending batches; after a failure, run <code>edo-replicator requeue</code>.
                </Note>
              </div>
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

const columns: readonly Column<Entry>[] = [
  { id: 'received', header: 'Received', width: 110, cell: ({ received_at }) => <Time at={received_at} /> },
  {
    id: 'state', header: 'State', width: 96,
    cell: ({ state }) => <StatusBadge status={state === 'pending' ? 'waiting' : String(state)} tone={state === 'failed' ? 'failure' : 'neutral'} />,
  },
  { id: 'store', header: 'Store', width: 130, grow: 1, cell: ({ store }) => <span className="truncate">{store?.host_label}</span> },
  {
    id: 'changes', header: 'Changes', width: 150, align: 'end',
    cell: ({ first_seq, last_seq }) => <span className="numeric">{formatCount(first_seq)} – {formatCount(last_seq)}</span>,
  },
  { id: 'bytes', header: 'Size', width: 80, align: 'end', cell: ({ bytes }) => <span className="numeric">{formatBytes(bytes)}</span> },
  { id: 'error', header: 'Error', width: 220, grow: 3, cell: ({ error }) => <span className={`${styles.bad} ${styles.beside} truncate`} title={error ?? undefined}>{error}</span> },
];
