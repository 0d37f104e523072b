import { useGraphql } from '~/api/query';
import { formatCount } from '~/format/number';
import { useRange } from '~/url/range-context';
import { DataTable, type Column } from '~/ui/data-table';
import { Panel } from '~/ui/panel';
import { EmptyState, Note, QueryView } from '~/ui/state';
import { Id, Time } from '~/ui/values';
import { ReplicationDeadLettersDocument, type ReplicationDeadLettersQuery } from './replication.generated';
import styles from './replication.module.css';

type Letter = ReplicationDeadLettersQuery['replication_dead_letters'][number];

/** Rows that the central database refused. They are independent of the time range. */
export function DeadLetters() {
  const { now } = useRange();
  const query = useGraphql(ReplicationDeadLettersDocument, { limit: 100 }, { asOf: now });
  return (
    <Panel title="Dead letters" flush>
      <QueryView query={query} what="Dead letters">
        {({ replication_dead_letters: letters, replication_dead_letters_aggregate: all }) =>
          letters.length === 0 ? (
            <EmptyState title="No dead letters" />
          ) : (
            <>
              <DataTable
                label="Dead letters"
                columns={columns}
                rows={letters}
                total={all.aggregate?.count}
                rowKey={({ store_id, table_name, row_id }) => `${store_id} ${table_name} ${row_id}`}
              />
              <div className={styles.below}>
                <Note>
                  {(all.aggregate?.count ?? 0) > letters.length && `The latest ${letters.length} of ${formatCount(all.aggregate?.count)}. `}
                  Correct the row in its store, and its new version is shipped; or correct the central tables and run{' '}
                  <code>edo-replicator requeue --to …</code>
                </Note>
              </div>
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

const columns: readonly Column<Letter>[] = [
  { id: 'failed', header: 'Last refused', width: 110, cell: ({ last_failed_at }) => <Time at={last_failed_at} /> },
  { id: 'store', header: 'Store', width: 130, grow: 1, cell: ({ store }) => <span className="truncate">{store?.host_label}</span> },
  { id: 'table', header: 'Table', width: 130, cell: ({ table_name }) => table_name },
  { id: 'row', header: 'Row', width: 150, cell: ({ row_id }) => <Id id={row_id} /> },
  { id: 'via', header: 'Via', width: 66, cell: ({ via }) => via },
  { id: 'error', header: 'Error', width: 280, grow: 4, cell: ({ error }) => <span className={`${styles.bad} truncate`} title={error ?? ''}>{error}</span> },
  { id: 'attempts', header: 'Attempts', width: 76, align: 'end', cell: ({ attempts }) => <span className="numeric">{attempts}</span> },
  { id: 'first', header: 'First refused', width: 110, align: 'end', cell: ({ first_failed_at }) => <Time at={first_failed_at} /> },
];
