import { useMemo } from 'react';
import { useGraphql } from '~/api/query';
import { formatDuration } from '~/format/duration';
import { formatBytes, formatCount, formatShort } from '~/format/number';
import { formatAgo } from '~/format/time';
import { useRange } from '~/url/range-context';
import { DataTable, type Column } from '~/ui/data-table';
import { Panel, Stat, Stats } from '~/ui/panel';
import { EmptyState, QueryView, Skeleton } from '~/ui/state';
import { StatusBadge } from '~/ui/status';
import { Id, Time } from '~/ui/values';
import { edgesOf, totalsOf, type Edge } from '~/domain/fleet';
import { ReplicationStoresDocument, type ReplicationStoresQuery } from './replication.generated';
import styles from './replication.module.css';

/** The stores that ship to this central database. */
export function Edges() {
  const { now } = useRange();
  const query = useGraphql(ReplicationStoresDocument, {}, { asOf: now });
  return (
    <QueryView query={query} what="Stores" loading={<Skeleton height={200} />}>
      {(data) => <Fleet data={data} now={now} />}
    </QueryView>
  );
}

function Fleet({ data, now }: { data: ReplicationStoresQuery; now: number }) {
  const edges = useMemo(() => edgesOf(data, now), [data, now]);
  const totals = totalsOf(edges);
  return (
    <>
      <Stats>
        <Stat label="Stores" value={formatCount(totals.edges)} note="that have ever shipped" />
        <Stat
          label="Silent"
          tone={totals.silent > 0 ? 'failure' : undefined}
          value={formatCount(totals.silent)}
          note="for longer than usual"
        />
        <Stat label="Pending at the edges" value={formatShort(totals.pending)} note="changes, as last reported" />
        <Stat
          label="Pending in the inbox"
          value={formatCount(totals.pendingBatches)}
          note={totals.oldest ? `batches, the oldest arrived ${formatAgo(totals.oldest, now)}` : 'batches'}
        />
        <Stat
          label="Failed batches"
          tone={totals.failed > 0 ? 'failure' : undefined}
          value={formatCount(totals.failed)}
          note="cannot be applied"
        />
        <Stat
          label="Dead letters"
          tone={totals.deadLetters > 0 ? 'failure' : undefined}
          value={formatCount(totals.deadLetters)}
          note="refused rows"
        />
      </Stats>
      <Panel title="Stores" flush>
        <DataTable
          label="Stores"
          columns={columns}
          rows={edges}
          rowKey={({ id }) => id}
          rowTone={({ deadLetters, inbox }) => (deadLetters > 0 || inbox.failed > 0 ? 'failure' : undefined)}
          empty={
            <EmptyState title="No store has shipped yet">
              On the machine with the store: <code>edo-replicator run --once --store telemetry.db --to postgresql://…</code>
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}

const columns: readonly Column<Edge>[] = [
  { id: 'label', header: 'Store', width: 130, grow: 2, cell: ({ label }) => <strong className={`${styles.name} truncate`}>{label}</strong> },
  { id: 'state', header: 'State', width: 88, cell: ({ silent }) => <StatusBadge status={silent ? 'silent' : 'active'} tone={silent ? 'warning' : 'success'} /> },
  { id: 'seen', header: 'Last seen', width: 92, grow: 1, cell: ({ lastSeen }) => <Time at={lastSeen} /> },
  {
    id: 'interval', header: 'Every', width: 76, align: 'end',
    cell: ({ intervalMs }) => <span className="numeric" title="Its usual time between two contacts. It counts as silent after three times this, and after 15 minutes at the earliest">{formatDuration(intervalMs)}</span>,
  },
  {
    id: 'pending', header: 'Pending', width: 92, align: 'end',
    cell: ({ pending }) => <span className="numeric" title="changes, as last reported">{formatCount(pending)}</span>,
  },
  { id: 'seq', header: 'Up to change', width: 100, align: 'end', cell: ({ lastSeq }) => <span className="numeric">{formatCount(lastSeq)}</span> },
  {
    id: 'delay', header: 'Delay', width: 70, align: 'end',
    cell: ({ delayMs }) => (
      <span className="numeric" title="from the edge’s clock to the central database’s, so it includes their difference">{formatDuration(delayMs)}</span>
    ),
  },
  {
    id: 'inbox', header: 'In the inbox', width: 118, align: 'end',
    cell: ({ inbox }) => (
      <span className="numeric" title={inbox.pending > 0 ? formatBytes(inbox.bytes) : undefined}>
        {inbox.pending === 0 && inbox.failed === 0 && <span className="muted">nothing</span>}
        {inbox.pending > 0 && `${formatCount(inbox.pending)} pending `}
        {inbox.failed > 0 && <span className={styles.bad}>{formatCount(inbox.failed)} failed</span>}
      </span>
    ),
  },
  {
    id: 'dead', header: 'Dead letters', width: 92, align: 'end',
    cell: ({ deadLetters }) => <span className={deadLetters > 0 ? `${styles.bad} numeric` : 'muted numeric'}>{formatCount(deadLetters)}</span>,
  },
  { id: 'since', header: 'First seen', width: 92, grow: 1, align: 'end', cell: ({ firstSeen }) => <Time at={firstSeen} /> },
  { id: 'schema', header: 'Schema', width: 58, align: 'end', cell: ({ schemaVersion }) => <span className="numeric">{schemaVersion}</span> },
  { id: 'id', header: 'Id', width: 152, align: 'end', cell: ({ id }) => <Id id={id} /> },
];
