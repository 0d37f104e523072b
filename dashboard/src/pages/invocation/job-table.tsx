import { useMemo } from 'react';
import { formatCount } from '~/format/number';
import { firstLine, nameText } from '~/format/text';
import { toPreciseMs } from '~/format/time';
import { formatDuration } from '~/format/duration';
import { useLink, useUrlState } from '~/url/state';
import { sortProblem, useReportedProblems } from '~/url/link-problems';
import { DataTable, type Column, type Sort } from '~/ui/data-table';
import { ExportMenu } from '~/ui/export-menu';
import { Input } from '~/ui/field';
import { EmptyState } from '~/ui/state';
import { isFailure } from '~/domain/status';
import { StatusBadge } from '~/ui/status';
import { Duration } from '~/ui/values';
import type { JobRow, Run } from './model';
import styles from './invocation.module.css';

interface Row extends JobRow {
  event: string;
  /** Milliseconds after the invocation began. */
  after: number;
}

const columns: Column<Row>[] = [
  { id: 'job_name', header: 'Job', width: 200, grow: 1, sortable: true, narrow: 'title', cell: (row) => nameText(row.job_name) },
  { id: 'status', header: 'Status', width: 112, sortable: true, narrow: 'aside', cell: (row) => <StatusBadge status={row.status} /> },
  { id: 'duration_ms', header: 'Duration', width: 92, align: 'end', sortable: true, narrow: 'aside', cell: (row) => <Duration ms={row.duration_ms} /> },
  {
    id: 'after', header: 'Began after', width: 104, align: 'end', sortable: true, narrow: 'short',
    cell: (row) => <span className="numeric">{formatDuration(Math.round(row.after))}</span>,
    narrowCell: (row) => <span className="numeric">after {formatDuration(Math.round(row.after))}</span>,
  },
  { id: 'event', header: 'Event', width: 160, grow: 1, sortable: true, cell: (row) => row.event },
  {
    id: 'error_message', header: 'Error', width: 200, grow: 2, sortable: true, narrow: 'long',
    cell: (row) => <span title={row.error_message ?? undefined}>{firstLine(row.error_message)}</span>,
    narrowCell: (row) => <span>{firstLine(row.error_message) || row.event}</span>,
  },
];

const exported = ['id', 'job_name', 'status', 'duration_ms', 'created_at', 'completed_at', 'event', 'triggered', 'error_message'];

/** All jobs of the invocation, those that failed first. */
export function JobTable({ run }: { run: Run }) {
  const url = useUrlState();
  const link = useLink();
  const search = url.get('q') ?? '';
  const sort = sortOf(url.get('sort'));
  useReportedProblems([sortProblem(url.get('sort'), columns.map(({ id }) => id))]);
  const all = useMemo<Row[]>(() => {
    const began = toPreciseMs(run.invocation.created_at);
    return run.jobs.map((job) => ({
      ...job,
      event: run.eventOf.get(job.event_execution_id)?.event_name ?? '–',
      after: toPreciseMs(job.created_at) - began,
    }));
  }, [run]);
  const rows = useMemo(() => sorted(matching(all, search), sort), [all, search, sort]);

  return (
    <div className={styles.box}>
      <div className={styles.bar}>
        <Input type="search" placeholder="Job, event, error or status" aria-label="Search the jobs" value={search} onChange={(event) => url.set({ q: event.target.value }, { replace: true })} />
        <span className="muted numeric">{search && `${formatCount(rows.length)} of ${formatCount(all.length)}`}</span>
        <span className={styles.push} />
        <ExportMenu name={`jobs-${run.invocation.id}`} columns={exported} rows={() => ({ rows: rows.map(({ triggered_invocations, ...row }) => ({ ...row, triggered: triggered_invocations.length })), complete: true })} />
      </div>
      <DataTable
        fill
        label="Jobs of the invocation"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        rowHref={(row) => link(`/invocations/${run.invocation.id}`, { tab: 'jobs', q: search, sort: url.get('sort'), sel: `job-${row.id}` })}
        rowTone={(row) => (isFailure(row.status) ? 'failure' : undefined)}
        sort={sort ?? undefined}
        onSort={(next) => url.set({ sort: `${next.direction === 'desc' ? '-' : ''}${next.column}` }, { replace: true })}
        empty={
          search ? (
            <EmptyState title="No matching jobs" />
          ) : (
            <EmptyState title="No jobs">A job runs when a handler of a detected event starts it.</EmptyState>
          )
        }
      />
    </div>
  );
}

function sortOf(text: string | undefined): Sort | null {
  const column = (text ?? '').replace(/^-/, '');
  if (!columns.some(({ id }) => id === column)) return null;
  return { column, direction: text!.startsWith('-') ? 'desc' : 'asc' };
}

function matching(rows: readonly Row[], search: string): readonly Row[] {
  const text = search.trim().toLowerCase();
  if (text === '') return rows;
  return rows.filter((row) => [row.job_name, row.event, row.status, row.error_message, row.id].some((value) => value?.toLowerCase().includes(text)));
}

/** By default failures first, then by start. Rows without a value come last. */
function sorted(rows: readonly Row[], sort: Sort | null): Row[] {
  if (!sort) return [...rows].sort((a, b) => Number(isFailure(b.status)) - Number(isFailure(a.status)));
  const column = sort.column as keyof Row;
  const turn = sort.direction === 'asc' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[column], b[column]];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return x < y ? -turn : x > y ? turn : 0;
  });
}
