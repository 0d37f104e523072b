import { now } from '~/clock/clock';
import { formatDuration } from '~/format/duration';
import { firstLine, nameText } from '~/format/text';
import { toMs } from '~/format/time';
import type { Column } from '~/ui/data-table';
import { StatusBadge } from '~/ui/status';
import { Duration, Time } from '~/ui/values';
import type { JobListRowFragment } from './jobs.generated';

export type Job = JobListRowFragment;

const running = (row: Job) => (
  <span className="muted numeric">{formatDuration(Math.max(0, now() - toMs(row.created_at)))}…</span>
);

export const jobColumns: readonly Column<Job>[] = [
  { id: 'job_name', header: 'Job', width: 180, grow: 1, sortable: true, narrow: 'title', cell: (row) => nameText(row.job_name) },
  { id: 'status', header: 'Status', width: 112, sortable: true, narrow: 'aside', cell: (row) => <StatusBadge status={row.status} /> },
  { id: 'created_at', header: 'Started', width: 130, sortable: true, narrow: 'short', cell: (row) => <Time at={row.created_at} /> },
  {
    id: 'duration_ms', header: 'Duration', width: 96, align: 'end', sortable: true, narrow: 'aside',
    cell: (row) => (row.status === 'running' ? running(row) : <Duration ms={row.duration_ms} />),
  },
  { id: 'event', header: 'Event', width: 150, grow: 1, cell: (row) => row.event_execution && nameText(row.event_execution.event_name) },
  { id: 'function', header: 'Function', width: 170, grow: 1, cell: (row) => row.invocation && nameText(row.invocation.source_function) },
  {
    id: 'error_message', header: 'Error', width: 240, grow: 3, narrow: 'long',
    cell: (row) => <span title={row.error_message ?? undefined}>{firstLine(row.error_message)}</span>,
    narrowCell: (row) => <span>{firstLine(row.error_message) || [row.event_execution?.event_name, row.invocation?.source_function].filter(Boolean).join(' in ')}</span>,
  },
];

/** The columns of an exported file. */
export const exportedColumns = [
  'id', 'job_name', 'job_function_name', 'status', 'created_at', 'completed_at', 'duration_ms', 'event', 'function', 'invocation_id', 'correlation_id',
  'error_message',
];

export const exportedRow = ({ event_execution, invocation, ...row }: Job) => ({
  ...row,
  event: event_execution?.event_name,
  function: invocation?.source_function,
});

/** Rows without a value come last in columns that may have none. */
export const isNullable = (column: string) => column === 'duration_ms';
