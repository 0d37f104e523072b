import { useGraphql } from '~/api/query';
import { formatDuration } from '~/format/duration';
import { formatBytes, formatCount, formatShort } from '~/format/number';
import { useRange } from '~/url/range-context';
import { DataTable, type Column } from '~/ui/data-table';
import { ExportMenu } from '~/ui/export-menu';
import { Panel } from '~/ui/panel';
import { EmptyState, QueryView, Skeleton } from '~/ui/state';
import { Time } from '~/ui/values';
import { ReplicationBatchesDocument, type ReplicationBatchesQuery } from './replication.generated';
import styles from './replication.module.css';

type Batch = ReplicationBatchesQuery['replication_batches'][number];

const shown = 200;

/** The ledger: each batch that was applied in the range. */
export function Batches() {
  const { where } = useRange();
  const query = useGraphql(ReplicationBatchesDocument, { where: { applied_at: where }, limit: shown });
  return (
    <QueryView query={query} what="Batches" loading={<Skeleton height={200} />}>
      {(data) => <Ledger data={data} outdated={query.isPlaceholderData} />}
    </QueryView>
  );
}

function Ledger({ data, outdated }: { data: ReplicationBatchesQuery; outdated: boolean }) {
  const batches = data.replication_batches;
  const totals = data.replication_batches_aggregate.aggregate;
  const count = totals?.count ?? 0;
  return (
    <Panel
      flush
      title={
        <>
          Batches{' '}
          <span className="muted">
            {formatCount(count)} with {formatShort(totals?.sum?.rows ?? 0)} rows, {formatBytes(totals?.sum?.bytes ?? 0)}
            {count > batches.length && `; the latest ${batches.length} are shown`}
          </span>
        </>
      }
      aside={<ExportMenu name="batches" columns={exported} rows={() => ({ rows: batches.map(({ store, ...batch }) => ({ host_label: store?.host_label, ...batch })), complete: batches.length === count })} />}
    >
      <div className={styles.list}>
        <DataTable
          fill
          label="Batches"
          columns={columns}
          rows={batches}
          total={count}
          outdated={outdated}
          rowKey={({ store_id, first_seq, last_seq }) => `${store_id} ${first_seq} ${last_seq}`}
          empty={<EmptyState title="No batches in this time range">Choose a longer time range above.</EmptyState>}
        />
      </div>
    </Panel>
  );
}

const exported = ['host_label', 'store_id', 'first_seq', 'last_seq', 'applied_at', 'rows', 'bytes', 'via', 'times_applied', 'apply_ms'];

const columns: readonly Column<Batch>[] = [
  { id: 'applied', header: 'Applied', width: 110, grow: 1, cell: ({ applied_at }) => <Time at={applied_at} /> },
  { id: 'store', header: 'Store', width: 140, grow: 2, cell: ({ store }) => <span className="truncate">{store?.host_label}</span> },
  { id: 'via', header: 'Via', width: 76, cell: ({ via }) => via },
  {
    id: 'changes', header: 'Changes', width: 160, grow: 1, align: 'end',
    cell: ({ first_seq, last_seq }) => <span className="numeric">{formatCount(first_seq)} – {formatCount(last_seq)}</span>,
  },
  { id: 'rows', header: 'Rows', width: 80, align: 'end', cell: ({ rows }) => <span className="numeric">{formatCount(rows)}</span> },
  { id: 'bytes', header: 'Size', width: 84, align: 'end', cell: ({ bytes }) => <span className="numeric">{formatBytes(bytes)}</span> },
  { id: 'apply', header: 'Took', width: 80, align: 'end', cell: ({ apply_ms }) => <span className="numeric">{formatDuration(apply_ms)}</span> },
  {
    id: 'times', header: 'Came', width: 70, align: 'end',
    cell: ({ times_applied }) => (
      <span className={times_applied > 1 ? 'numeric' : 'muted numeric'} title="A batch whose acknowledgement was lost is sent again, and changes nothing">
        {times_applied === 1 ? 'once' : `${times_applied} ×`}
      </span>
    ),
  },
];
