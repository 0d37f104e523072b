import type { TypedDocument } from '~/api/client';
import { useKeyset, useFetchUntil, type KeysetOrder } from '~/api/keyset';
import { formatCount } from '~/format/number';
import { firstLine, nameText } from '~/format/text';
import { formatShortTime } from '~/format/time';
import { useRange } from '~/url/range-context';
import { useLink } from '~/url/state';
import { DataTable, type Column } from '~/ui/data-table';
import { Panel } from '~/ui/panel';
import { ErrorPanel, Skeleton, StaleNote } from '~/ui/state';
import { StatusBadge } from '~/ui/status';
import { Duration, Id, Time, useTimeWidth } from '~/ui/values';
import type { Lookup } from './interpret';
import {
  SearchEventsDocument,
  SearchInvocationsDocument,
  SearchJobsDocument,
  SearchLogsDocument,
  type SearchEventsQuery,
  type SearchInvocationsQuery,
  type SearchJobsQuery,
  type SearchLogsQuery,
} from './search.generated';
import styles from './search.module.css';

type Invocation = SearchInvocationsQuery['invocations'][number];
type Job = SearchJobsQuery['job_executions'][number];
type Event = SearchEventsQuery['event_executions'][number];
type Log = SearchLogsQuery['job_logs'][number];

const started = { id: 'created_at', header: 'Started', width: 92, narrow: 'short' as const };

const invocations: Column<Invocation>[] = [
  { id: 'function', header: 'Function', width: 180, grow: 2, narrow: 'title', cell: (row) => nameText(row.source_function) },
  { id: 'status', header: 'Status', width: 112, narrow: 'aside', cell: (row) => <StatusBadge status={row.status} /> },
  { ...started, cell: (row) => <Time at={row.created_at} /> },
  { id: 'duration', header: 'Duration', width: 92, align: 'end', narrow: 'aside', cell: (row) => <Duration ms={row.total_duration_ms} /> },
  { id: 'change', header: 'Change', width: 150, grow: 1, narrow: 'long', cell: (row) => [row.source_operation, row.source_table].filter(Boolean).join(' ') },
  { id: 'user', header: 'User', width: 160, grow: 1, cell: (row) => row.source_user_email },
  { id: 'correlation', header: 'Correlation', width: 160, cell: (row) => <Id id={row.correlation_id} /> },
];

const jobs: Column<Job>[] = [
  { id: 'job', header: 'Job', width: 180, grow: 1, narrow: 'title', cell: (row) => nameText(row.job_name) },
  { id: 'status', header: 'Status', width: 112, narrow: 'aside', cell: (row) => <StatusBadge status={row.status} /> },
  { ...started, cell: (row) => <Time at={row.created_at} /> },
  { id: 'duration', header: 'Duration', width: 92, align: 'end', narrow: 'aside', cell: (row) => <Duration ms={row.duration_ms} /> },
  { id: 'error', header: 'Error', width: 240, grow: 3, narrow: 'long', cell: (row) => firstLine(row.error_message) },
];

const events: Column<Event>[] = [
  { id: 'event', header: 'Event', width: 200, grow: 1, narrow: 'title', cell: (row) => nameText(row.event_name) },
  { id: 'status', header: 'Status', width: 130, narrow: 'aside', cell: (row) => <StatusBadge status={row.status} /> },
  { ...started, cell: (row) => <Time at={row.created_at} /> },
];

const logs: Column<Log>[] = [
  { id: 'message', header: 'Message', width: 320, grow: 1, narrow: 'title', cell: (row) => firstLine(row.message) },
  { id: 'level', header: 'Level', width: 90, narrow: 'aside', cell: (row) => <StatusBadge status={row.level} /> },
  { ...started, header: 'Written', cell: (row) => <Time at={row.created_at} /> },
];

const most = 50;
const latestFirst: KeysetOrder = { column: 'created_at', direction: 'desc' };

/** The results of one search as they arrive. A search without results is one line. */
export function Results({ lookup }: { lookup: Lookup }) {
  switch (lookup.table) {
    case 'invocations':
      return <Table lookup={lookup} document={SearchInvocationsDocument} rowsOf={(found) => found.invocations} columns={invocations} idOf={(row) => row.id} />;
    case 'jobs':
      return <Table lookup={lookup} document={SearchJobsDocument} rowsOf={(found) => found.job_executions} columns={jobs} idOf={(row) => row.invocation_id} />;
    case 'events':
      return <Table lookup={lookup} document={SearchEventsDocument} rowsOf={(found) => found.event_executions} columns={events} idOf={(row) => row.invocation_id} />;
    case 'logs':
      return <Table lookup={lookup} document={SearchLogsDocument} rowsOf={(found) => found.job_logs} columns={logs} idOf={(row) => row.invocation_id} />;
  }
}

function Table<Result, Row extends { id: string }, Variables>({ lookup, document, rowsOf, columns, idOf }: {
  lookup: Lookup;
  document: TypedDocument<Result, Variables>;
  rowsOf: (result: Result) => readonly Row[];
  columns: readonly Column<Row>[];
  /** The invocation that a row belongs to. */
  idOf: (row: Row) => string;
}) {
  const link = useLink();
  const timeWidth = useTimeWidth();
  const { resolved, where: time, now } = useRange();
  const query = useKeyset({
    document,
    order: latestFirst,
    where: lookup.ranged ? [{ created_at: time }, lookup.where] : [lookup.where],
    pageSize: most,
    rowsOf,
    slices: lookup.ranged ? resolved : undefined,
    asOf: now,
  });
  const searching = useFetchUntil(query, most);
  const rows = query.rows.slice(0, most);
  const retry = () => void query.refetch();
  if (query.error && rows.length === 0) return <ErrorPanel error={query.error} what={lookup.title} onRetry={retry} />;
  const begins = query.isPending || query.isPlaceholderData;
  const progress = searching && query.searchedBackTo !== undefined && `searched back to ${formatShortTime(query.searchedBackTo)}`;
  if (begins || (searching && rows.length === 0)) {
    return (
      <div className={styles.line} role="status" aria-busy="true">
        {lookup.title} {progress ? <span className="muted">none so far, {progress}</span> : <Skeleton width={60} />}
      </div>
    );
  }
  if (rows.length === 0) {
    return (
      <p className={styles.line}>
        {lookup.title}: <span className="muted">none{lookup.ranged && ' in this time range'}</span>
      </p>
    );
  }
  const count = rows.length === most ? `the latest ${most}` : formatCount(rows.length);
  const aside = progress ? `${count} so far, ${progress}` : lookup.ranged ? `${count} in this time range` : count;
  return (
    <Panel flush title={lookup.title} aside={<span role="status" aria-busy={searching}>{aside}</span>}>
      {query.error && <StaleNote error={query.error} onRetry={retry} />}
      <DataTable
        label={lookup.title}
        columns={columns.map((column) => (column.id === started.id ? { ...column, width: timeWidth } : column))}
        rows={rows}
        rowKey={(row) => row.id}
        rowHref={(row) => link(`/invocations/${idOf(row)}`)}
      />
    </Panel>
  );
}
