import { useCallback, useEffect, useMemo } from 'react';
import { LevelFilter, levelProblem, levelsFrom } from '~/logs/levels';
import { LogLines } from '~/logs/log-lines';
import { logWhere, oldestFirst, useLogs, useLogText, type LogLine } from '~/logs/query';
import { useLink, useUrlState } from '~/url/state';
import { useReportedProblems } from '~/url/link-problems';
import { Input } from '~/ui/field';
import { EmptyState, ErrorPanel, StaleNote } from '~/ui/state';
import { CopyButton } from '~/ui/values';
import type { Run } from './model';
import styles from './invocation.module.css';

/** The log lines of all jobs of the invocation, in time order. */
export function InvocationLogs({ run, running }: { run: Run; running: boolean }) {
  const { id, created_at } = run.invocation;
  const url = useUrlState();
  const link = useLink();
  const search = url.get('q') ?? '';
  const levelText = url.get('level');
  useReportedProblems([levelProblem(levelText)]);
  const levels = useMemo(() => levelsFrom(levelText), [levelText]);
  const query = useLogs(logWhere([{ invocation_id: { _eq: id } }], levels, search), oldestFirst);
  const copy = useLogText(query.rows);
  const { refetch, fetchNextPage } = query;
  const jobHref = useCallback((line: LogLine) => link(`/invocations/${id}`, { tab: 'logs', q: search, level: levelText, sel: `job-${line.job_execution_id}` }), [link, id, search, levelText]);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void refetch(), 2000);
    return () => clearInterval(timer);
  }, [running, refetch]);

  return (
    <div className={styles.box}>
      <div className={styles.bar}>
        <Input type="search" placeholder="Search messages and data" aria-label="Search the logs" value={search} onChange={(event) => url.set({ q: event.target.value }, { replace: true })} />
        <LevelFilter chosen={levels} onChange={(next) => url.set({ level: next.join(',') }, { replace: true })} />
        <span className={styles.push} />
        <CopyButton label="Copy the lines" text={copy} />
      </div>
      {query.error && query.rows.length > 0 && <StaleNote error={query.error} onRetry={() => void refetch()} />}
      {query.error && query.rows.length === 0 ? (
        <ErrorPanel error={query.error} what="Logs" onRetry={() => void refetch()} />
      ) : (
        <LogLines
          label="Logs of the invocation"
          lines={query.rows}
          search={search}
          zero={created_at}
          jobHref={jobHref}
          hasMore={query.hasNextPage && !query.error}
          loading={query.isPending || query.isFetchingNextPage}
          onLoadMore={() => void fetchNextPage()}
          empty={search || levels.length > 0 ? <EmptyState title="No matching lines" /> : <EmptyState title="No log lines">This page shows what jobs print while they run.</EmptyState>}
        />
      )}
    </div>
  );
}
