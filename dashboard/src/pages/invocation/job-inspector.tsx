import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { nameText } from '~/format/text';
import { useGraphql } from '~/api/query';
import { formatDuration } from '~/format/duration';
import { toPreciseMs } from '~/format/time';
import { LevelFilter, type Level } from '~/logs/levels';
import { LogLines } from '~/logs/log-lines';
import { inSequence, logWhere, useLogs, useLogText } from '~/logs/query';
import { useLink } from '~/url/state';
import { Input } from '~/ui/field';
import { ErrorPanel, QueryView } from '~/ui/state';
import { StackTrace } from '~/ui/stack-trace';
import { StatusBadge } from '~/ui/status';
import { CopyButton, Duration, Id, Time } from '~/ui/values';
import { JobDetailDocument } from './invocation.generated';
import type { JobRow, Run, Selection } from './model';
import { Facts, JsonSection, Section } from './section';
import { TriggeredList } from './members';
import styles from './inspector.module.css';

export function JobInspector({ run, job, now, onSelect }: { run: Run; job: JobRow; now: number; onSelect: (selection: Selection) => void }) {
  const event = run.eventOf.get(job.event_execution_id);
  const started = toPreciseMs(job.created_at);
  const running = job.status === 'running';
  // Options and result change only when the job ends.
  const query = useGraphql(JobDetailDocument, { id: job.id }, { asOf: job.completed_at ? toPreciseMs(job.completed_at) : 0 });
  return (
    <>
      <QueryView query={query} what="Job">
        {({ job_executions_by_pk: detail }) => (
          <>
            {(detail?.error_message ?? detail?.error_stack) && <StackTrace message={detail.error_message} stack={detail.error_stack} />}
            <Facts
              facts={[
                ['Status', <StatusBadge key="s" status={job.status} />],
                ['Started', <Time key="t" at={job.created_at} style="absolute" />],
                ['After', formatDuration(Math.round(started - toPreciseMs(run.invocation.created_at)))],
                ['Duration', running ? <span key="d" className="numeric">{formatDuration(Math.max(0, Math.round(now - started)))}…</span> : <Duration key="d" ms={job.duration_ms} />],
                ['Event', event ? <button key="e" type="button" className={styles.link} onClick={() => onSelect({ kind: 'event', id: event.id })}>{nameText(event.event_name)}</button> : '–'],
                ['Function', detail?.job_function_name ?? '–'],
                ['Id', <Id key="i" id={job.id} />],
              ]}
            />
          </>
        )}
      </QueryView>
      {job.triggered_invocations.length > 0 && (
        <Section title="Triggered">
          <TriggeredList rows={job.triggered_invocations} />
        </Section>
      )}
      <JobLogs job={job} />
      {query.data?.job_executions_by_pk && (
        <>
          <JsonSection title="Result" value={query.data.job_executions_by_pk.result} />
          <JsonSection title="Options" value={query.data.job_executions_by_pk.job_options} />
        </>
      )}
    </>
  );
}

function JobLogs({ job }: { job: JobRow }) {
  const link = useLink();
  const [levels, setLevels] = useState<Level[]>([]);
  const [search, setSearch] = useState('');
  const query = useLogs(logWhere([{ job_execution_id: { _eq: job.id } }], levels, search), inSequence);
  const copy = useLogText(query.rows);
  const running = job.status === 'running';
  const { refetch } = query;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void refetch(), 2000);
    // The last lines of the job arrived after the previous fetch.
    return () => {
      clearInterval(timer);
      void refetch();
    };
  }, [running, refetch]);

  return (
    <Section
      title="Logs"
      aside={
        <span>
          <CopyButton label="Copy the lines" text={copy} /> <Link to={link('/logs', { job: job.id, from: 'now-90d' })}>Open in Logs</Link>
        </span>
      }
    >
      <div className={styles.sectionHead}>
        <LevelFilter chosen={levels} onChange={setLevels} />
        <Input type="search" aria-label="Search the logs of the job" placeholder="Search" value={search} onChange={(event) => setSearch(event.target.value)} />
      </div>
      {query.error && query.rows.length === 0 ? (
        <ErrorPanel error={query.error} what="Logs" onRetry={() => void refetch()} />
      ) : (
        <div className={styles.logs}>
          <LogLines
            label="Logs of the job"
            lines={query.rows}
            search={search}
            zero={job.created_at}
            hasMore={query.hasNextPage && !query.error}
            loading={query.isPending || query.isFetchingNextPage}
            onLoadMore={() => void query.fetchNextPage()}
            maxHeight={360}
            empty={<p className={styles.none}>{search || levels.length > 0 ? 'No matching lines.' : 'The job wrote none.'}</p>}
          />
        </div>
      )}
    </Section>
  );
}
