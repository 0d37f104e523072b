import { X } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { execute } from '~/api/client';
import { keysetPage } from '~/api/keyset';
import { useGraphql } from '~/api/query';
import { merged, useTail } from '~/api/tail';
import { compileFilters, isUuid, type Where } from '~/filters/compile';
import { FilterBar } from '~/filters/filter-bar';
import { useFilters } from '~/filters/use-filters';
import { formatCount } from '~/format/number';
import { plural, shortId } from '~/format/text';
import { LevelFilter, levelsFrom } from '~/logs/levels';
import { LogLines } from '~/logs/log-lines';
import { LogCountDocument, LogPageDocument, LogTailDocument, type LogTailSubscription } from '~/logs/logs.generated';
import { logRowsOf, logWhere, newestFirst, useLogs, useLogText, type LogLine } from '~/logs/query';
import { useRange } from '~/url/range-context';
import { useLink, useUrlState } from '~/url/state';
import { isOpenEnded } from '~/url/time-range';
import { Button } from '~/ui/button';
import { ExportMenu } from '~/ui/export-menu';
import { LiveButton } from '~/ui/live-button';
import { PageHeader } from '~/ui/panel';
import { EmptyState, ErrorPanel, StaleNote } from '~/ui/state';
import { CopyButton } from '~/ui/values';
import { Total } from '~/ui/total';
import { LogContext } from './context';
import { logFields, suggest } from './fields';
import styles from './logs.module.css';

const streamed = (result: LogTailSubscription): readonly LogLine[] => result.job_logs_stream;
const exported = 10_000;
const exportedColumns = ['created_at', 'level', 'job', 'message', 'data', 'source', 'line_number', 'job_execution_id', 'invocation_id', 'id'];

/** What every job wrote, newest first. */
export default function Logs() {
  const url = useUrlState();
  const link = useLink();
  const { range, where: time } = useRange();
  const filters = useFilters(logFields);
  const text = url.get('q') ?? '';
  const levelText = url.get('level');
  const levels = useMemo(() => levelsFrom(levelText), [levelText]);
  const job = url.get('job');
  const live = url.get('live') === '1' && isOpenEnded(range);

  const conditions = useMemo(() => {
    const scope = job && isUuid(job) ? [{ job_execution_id: { _eq: job } }] : [];
    return logWhere([...scope, ...compileFilters(filters.filters, logFields)], levels, text);
  }, [job, filters.filters, levels, text]);
  const where = useMemo<Where[]>(() => [{ created_at: time }, ...conditions], [time, conditions]);

  const query = useLogs(where, newestFirst);
  const count = useGraphql(LogCountDocument, { where: { _and: where } });
  const total = count.data?.job_logs_aggregate.aggregate?.count;
  const tail = useTail({ enabled: live, where: conditions, column: 'created_at', stream: LogTailDocument, streamed, page: LogPageDocument, paged: logRowsOf });
  const rows = useMemo(() => merged(query.rows, tail.arrived), [query.rows, tail.arrived]);
  const copy = useLogText(rows);

  const { fetchNextPage } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const setSearch = useCallback((q: string) => url.set({ q }, { replace: true }), [url]);
  const jobHref = useCallback(
    (line: LogLine) => link(`/invocations/${line.invocation_id}`, { tab: 'waterfall', sel: `job-${line.job_execution_id}` }),
    [link],
  );
  const retry = () => void query.refetch();

  return (
    <>
      <PageHeader title={<>Logs <Total value={total} stale={count.isPlaceholderData} /></>}>
        <CopyButton label="Copy the lines" text={copy} />
        <ExportMenu name="logs" columns={exportedColumns} rows={() => fetchRows(where)} />
        <LiveButton on={live} state={tail.state} onChange={(on) => url.set({ live: on ? '1' : null })} />
      </PageHeader>
      <FilterBar
        {...filters}
        fields={logFields}
        suggest={(field) => suggest(field, time)}
        search={{ value: text, placeholder: 'Search messages, data and sources', onChange: setSearch }}
      >
        <LevelFilter chosen={levels} onChange={(next) => url.set({ level: next.join(',') })} />
      </FilterBar>
      {job && (
        <p className={styles.scope}>
          Only the lines of the job <code>{shortId(job)}</code>
          <Button look="quiet" onClick={() => url.set({ job: null })}>
            <X aria-hidden="true" /> All jobs
          </Button>
        </p>
      )}
      {query.error && rows.length > 0 && <StaleNote error={query.error} onRetry={retry} />}
      {query.error && rows.length === 0 ? (
        <ErrorPanel error={query.error} what="Logs" onRetry={retry} />
      ) : (
        <div className={styles.table}>
          <LogLines
            label="Log lines, newest first"
            lines={rows}
            search={text}
            jobHref={jobHref}
            isFresh={(line) => tail.arrived.has(line.id)}
            hasMore={query.hasNextPage && !query.error}
            loading={query.isFetchingNextPage || query.isPending || query.isPlaceholderData}
            onLoadMore={loadMore}
            further={(line) => <LogContext line={line} href={jobHref(line)} />}
            empty={<Nothing filtered={conditions.length > 0} onClear={() => url.set({ f: [], q: null, level: null, job: null })} />}
          />
          <p className={styles.foot} role="status">
            {formatCount(rows.length)} {total !== undefined && total > rows.length && `of ${formatCount(total)} `}
            {plural(rows.length, 'line')} loaded
            {count.error && ' · count failed'}
            {tail.arrived.size > 0 && ` · ${formatCount(tail.arrived.size)} live`}
          </p>
        </div>
      )}
    </>
  );
}

/** As many lines as an export takes, page by page. */
async function fetchRows(where: readonly Where[]) {
  const rows: LogLine[] = [];
  while (rows.length < exported) {
    const { job_logs } = await execute(LogPageDocument, keysetPage(newestFirst, where, 1000, rows.at(-1)));
    rows.push(...job_logs);
    if (job_logs.length < 1000) break;
  }
  return rows.map(({ job_execution, ...row }) => ({ ...row, job: job_execution?.job_name }));
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState title="No matching lines" action={<Button onClick={onClear}>Show all lines</Button>}>
        A longer time range may have results.
      </EmptyState>
    );
  }
  return <EmptyState title="No log lines in this time range">This page shows what jobs print while they run. Choose a longer time range above.</EmptyState>;
}
