import { useCallback, useMemo } from 'react';
import { execute } from '~/api/client';
import { keysetPage, useKeyset, wholeOf, type KeysetOrder } from '~/api/keyset';
import { useGraphql } from '~/api/query';
import { merged, useTail } from '~/api/tail';
import { compileFilters, type Where } from '~/filters/compile';
import { FilterBar } from '~/filters/filter-bar';
import { useFilters } from '~/filters/use-filters';
import { formatCount } from '~/format/number';
import { plural } from '~/format/text';
import { formatShortTime } from '~/format/time';
import { useSettings } from '~/settings/settings';
import { useRange } from '~/url/range-context';
import { useLink, useUrlState } from '~/url/state';
import { isOpenEnded } from '~/url/time-range';
import { Button } from '~/ui/button';
import { DataTable, type Sort } from '~/ui/data-table';
import { ExportMenu } from '~/ui/export-menu';
import { LiveButton } from '~/ui/live-button';
import { PageHeader } from '~/ui/panel';
import { EmptyState, ErrorPanel, StaleNote } from '~/ui/state';
import { isFailure } from '~/ui/status';
import { Total } from '~/ui/total';
import { exportedColumns, exportedRow, jobColumns, type Job } from './columns';
import { jobFields, jobSearch, suggest } from './fields';
import { JobCountDocument, JobPageDocument, JobTailDocument, type JobPageQuery, type JobTailSubscription } from './jobs.generated';
import styles from './jobs.module.css';

const rowsOf = (result: JobPageQuery): readonly Job[] => result.job_executions;
const streamed = (result: JobTailSubscription): readonly Job[] => result.job_executions_stream;
const exported = 10_000;

const sortOf = (text: string | undefined): Sort => {
  const column = (text ?? '').replace(/^-/, '');
  if (!jobColumns.some(({ id, sortable }) => id === column && sortable)) return { column: 'created_at', direction: 'desc' };
  return { column, direction: text!.startsWith('-') ? 'desc' : 'asc' };
};

/** Every job of every invocation in the time range. */
export default function Jobs() {
  const url = useUrlState();
  const link = useLink();
  const { range, resolved, where: time } = useRange();
  const { pageSize } = useSettings();
  const filters = useFilters(jobFields);
  const text = url.get('q') ?? '';
  const sort = useMemo(() => sortOf(url.get('sort')), [url]);
  const live = url.get('live') === '1' && isOpenEnded(range);

  const conditions = useMemo(() => [...compileFilters(filters.filters, jobFields), ...jobSearch(text)], [filters.filters, text]);
  const where = useMemo<Where[]>(() => [{ created_at: time }, ...conditions], [time, conditions]);
  const order = useMemo<KeysetOrder>(() => ({ ...sort, nullable: sort.column === 'duration_ms' }), [sort]);

  const slices = text.trim() !== '' && sort.column === 'created_at' && sort.direction === 'desc' ? resolved : undefined;
  const query = useKeyset({ document: JobPageDocument, order, where, pageSize, rowsOf, slices });
  // Counting would look through everything once more.
  const count = useGraphql(JobCountDocument, { where: { _and: where } }, { enabled: !slices });
  const total = slices ? wholeOf(query) : count.data?.job_executions_aggregate.aggregate?.count;
  const tail = useTail({ enabled: live, where: conditions, column: 'updated_at', stream: JobTailDocument, streamed, page: JobPageDocument, paged: rowsOf });
  const rows = useMemo(() => merged(query.rows, tail.arrived), [query.rows, tail.arrived]);

  const { fetchNextPage } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const setSearch = useCallback((q: string) => url.set({ q }, { replace: true }), [url]);
  const retry = () => void query.refetch();

  return (
    <>
      <PageHeader title={<>Jobs <Total value={total} stale={count.isPlaceholderData} /></>}>
        <ExportMenu name="jobs" columns={exportedColumns} rows={() => fetchRows(order, where)} />
        <LiveButton on={live} state={tail.state} onChange={(on) => url.set({ live: on ? '1' : null, sort: null })} />
      </PageHeader>
      <FilterBar
        {...filters}
        fields={jobFields}
        suggest={(field) => suggest(field, time)}
        search={{ value: text, placeholder: 'Search errors, options, results, logs, ids', onChange: setSearch }}
      />
      {query.error && rows.length > 0 && <StaleNote error={query.error} onRetry={retry} />}
      {query.error && rows.length === 0 ? (
        <ErrorPanel error={query.error} what="Jobs" onRetry={retry} />
      ) : (
        <div className={styles.table}>
          <DataTable
            fill
            label="Jobs"
            columns={jobColumns}
            rows={rows}
            rowKey={(row) => row.id}
            rowHref={(row) => link(`/invocations/${row.invocation_id}`, { tab: 'waterfall', sel: `job-${row.id}` })}
            rowTone={(row) => (tail.arrived.has(row.id) ? 'fresh' : isFailure(row.status) ? 'failure' : undefined)}
            sort={sort}
            onSort={(next) => url.set({ sort: `${next.direction === 'desc' ? '-' : ''}${next.column}`, live: null })}
            total={total}
            hasMore={query.hasNextPage && !query.error}
            loading={query.isFetchingNextPage || query.isPending || query.isPlaceholderData}
            onLoadMore={loadMore}
            empty={query.hasNextPage ? <p className="muted">Nothing so far</p> : <Nothing filtered={conditions.length > 0} onClear={() => url.set({ f: [], q: null })} />}
          />
          <p className={styles.foot} role="status">
            {formatCount(rows.length)} {total !== undefined && total > rows.length && `of ${formatCount(total)} `}
            {plural(rows.length, 'job')} loaded
            {query.lookedBackTo !== undefined && ` · searched back to ${formatShortTime(query.lookedBackTo)}`}
            {count.error && ' · count failed'}
            {tail.arrived.size > 0 && ` · ${formatCount(tail.arrived.size)} live`}
          </p>
        </div>
      )}
    </>
  );
}

/** As many rows as an export takes, page by page. */
async function fetchRows(order: KeysetOrder, where: readonly Where[]) {
  const rows: Job[] = [];
  while (rows.length < exported) {
    const { job_executions } = await execute(JobPageDocument, keysetPage(order, where, 1000, rows.at(-1)));
    rows.push(...job_executions);
    if (job_executions.length < 1000) break;
  }
  return rows.map(exportedRow);
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState title="No matching jobs" action={<Button onClick={onClear}>Clear the filters</Button>}>
        A longer time range may have results.
      </EmptyState>
    );
  }
  return <EmptyState title="No jobs in this time range">A job runs when an event is detected. Choose a longer time range above.</EmptyState>;
}
