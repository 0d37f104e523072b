import { now } from '~/clock/clock';
import { formatDuration } from '~/format/duration';
import { firstFailure } from '~/domain/why';
import { nameText } from '~/format/text';
import { toMs } from '~/format/time';
import type { Column } from '~/ui/data-table';
import { StatusBadge } from '~/ui/status';
import { Duration, Id, Time } from '~/ui/values';
import type { LinkProblem } from '~/url/link-problems';
import type { InvocationPageQuery } from './invocations.generated';
import styles from './invocations.module.css';

export type Invocation = InvocationPageQuery['invocations'][number];

export interface InvocationColumn extends Column<Invocation> {
  /** Its name in the menu of columns. */
  name: string;
  /** Shown by default. */
  usual: boolean;
}

const text = (value: string | null) => (value ? <span title={value}>{value}</span> : <span className="muted">–</span>);

/** The first step that failed, and its message; where nothing failed, nothing. */
export function whyFailed(row: Pick<Invocation, 'error_message' | 'failed_jobs' | 'failed_events'>): string | null {
  const failure = firstFailure(row);
  return failure ? [failure.step, failure.message].filter(Boolean).join(': ') : null;
}

function Jobs({ row }: { row: Invocation }) {
  if (row.total_jobs_run === 0) return <span className="muted">–</span>;
  return (
    <span className="numeric">
      {row.total_jobs_failed > 0 && <span className={styles.failed}>{row.total_jobs_failed} failed of </span>}
      {row.total_jobs_run}
    </span>
  );
}

export const invocationColumns: readonly InvocationColumn[] = [
  {
    id: 'source_function', name: 'Function', header: 'Function', width: 190, grow: 2, sortable: true, usual: true, narrow: 'title',
    cell: (row) => nameText(row.source_function),
  },
  { id: 'status', name: 'Status', header: 'Status', width: 112, sortable: true, usual: true, narrow: 'aside', cell: (row) => <StatusBadge status={row.status} /> },
  { id: 'created_at', name: 'Started', header: 'Started', width: 176, sortable: true, usual: true, narrow: 'short', cell: (row) => <Time at={row.created_at} /> },
  {
    id: 'total_duration_ms', name: 'Duration', header: 'Duration', width: 96, align: 'end', sortable: true, usual: true, narrow: 'aside',
    cell: (row) =>
      row.status === 'running' ? (
        <span className="muted numeric">{formatDuration(Math.max(0, now() - toMs(row.created_at)))}…</span>
      ) : (
        <Duration ms={row.total_duration_ms} />
      ),
  },
  {
    id: 'error_message', name: 'Error', header: 'Error', width: 200, grow: 2, usual: true, narrow: 'long',
    cell: (row) => text(whyFailed(row)),
    narrowCell: (row) => text(whyFailed(row) ?? [row.source_operation, row.source_table, row.source_user_email].filter(Boolean).join(' ')),
  },
  { id: 'source_table', name: 'Table', header: 'Table', width: 120, grow: 1, sortable: true, usual: true, cell: (row) => text(row.source_table) },
  { id: 'source_operation', name: 'Operation', header: 'Operation', width: 96, sortable: true, usual: false, cell: (row) => text(row.source_operation) },
  {
    id: 'events_detected_count', name: 'Events', header: 'Events', width: 72, align: 'end', sortable: true, usual: true,
    cell: (row) => <span className="numeric">{row.events_detected_count}</span>,
  },
  { id: 'total_jobs_run', name: 'Jobs', header: 'Jobs', width: 104, align: 'end', sortable: true, usual: true, cell: (row) => <Jobs row={row} /> },
  { id: 'source_user_email', name: 'User', header: 'User', width: 160, grow: 1, sortable: true, usual: true, cell: (row) => text(row.source_user_email) },
  { id: 'correlation_id', name: 'Correlation', header: 'Correlation', width: 176, sortable: true, usual: false, cell: (row) => <Id id={row.correlation_id} /> },
  { id: 'id', name: 'Id', header: 'Id', width: 160, usual: false, cell: (row) => <Id id={row.id} /> },
  { id: 'source_system', name: 'System', header: 'System', width: 110, sortable: true, usual: false, cell: (row) => text(row.source_system) },
  { id: 'source_user_role', name: 'Role', header: 'Role', width: 110, sortable: true, usual: false, cell: (row) => text(row.source_user_role) },
  { id: 'completed_at', name: 'Ended', header: 'Ended', width: 176, sortable: true, usual: false, cell: (row) => <Time at={row.completed_at} /> },
];

const nullable = new Set(['total_duration_ms', 'source_table', 'source_operation', 'source_user_email', 'correlation_id', 'source_system', 'source_user_role', 'completed_at']);

/** Rows without a value come last in columns that may have none. */
export const isNullable = (column: string) => nullable.has(column);

const usualIds = invocationColumns.filter(({ usual }) => usual).map(({ id }) => id);

/** The columns of ?cols=a,b, or the default ones. The first column has the link and is always shown. */
export function chosenColumns(text: string | undefined, timeWidth: number): InvocationColumn[] {
  const ids = text ? text.split(',') : usualIds;
  return invocationColumns
    .filter(({ id }, index) => index === 0 || ids.includes(id))
    .map((column) => (column.id.endsWith('_at') ? { ...column, width: timeWidth } : column));
}

export function columnsProblem(text: string | undefined): LinkProblem | undefined {
  const unknown = text?.split(',').filter((id) => invocationColumns.every((column) => column.id !== id)) ?? [];
  return unknown.length === 0 ? undefined : { parameter: 'cols', text: text!, why: `no such column: ${unknown.join(', ')}` };
}

/** For ?cols=; empty for the default columns. */
export function columnsText(ids: readonly string[]): string {
  const kept = invocationColumns.map(({ id }) => id).filter((id) => ids.includes(id));
  return kept.join() === usualIds.join() ? '' : kept.join();
}
