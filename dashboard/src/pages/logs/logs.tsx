import { X } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { compileFilters, isUuid } from '~/filters/compile';
import { useFilters } from '~/filters/use-filters';
import { shortId } from '~/format/text';
import { ListPage } from '~/lists/list-page';
import { useList, type ListSource } from '~/lists/use-list';
import { LevelFilter, levelProblem, levelsFrom } from '~/logs/levels';
import { LogLines } from '~/logs/log-lines';
import { LogCountDocument, LogPageDocument, LogTailDocument, type LogCountQuery, type LogPageQuery, type LogTailSubscription } from '~/logs/logs.generated';
import { logRowsOf, logWhere, newestFirst, useLogText, type LogLine } from '~/logs/query';
import { Button } from '~/ui/button';
import { CopyButton } from '~/ui/values';
import { useReportedProblems } from '~/url/link-problems';
import { useLink, useUrlState } from '~/url/state';
import { LogContext } from './context';
import { logFields, suggest } from './fields';
import styles from './logs.module.css';

const logLines: ListSource<LogLine, LogPageQuery, LogCountQuery, LogTailSubscription> = {
  page: LogPageDocument,
  rowsOf: logRowsOf,
  count: LogCountDocument,
  countOf: (count) => count.job_logs_aggregate.aggregate?.count,
  stream: LogTailDocument,
  streamed: (result) => result.job_logs_stream,
  follows: 'created_at',
};

const exportedColumns = ['created_at', 'level', 'job', 'message', 'data', 'source', 'line_number', 'job_execution_id', 'invocation_id', 'id'];
const exportedRow = ({ job_execution, ...row }: LogLine) => ({ ...row, job: job_execution?.job_name });

/** The log lines of all jobs, newest first. */
export default function Logs() {
  const url = useUrlState();
  const link = useLink();
  const filters = useFilters(logFields);
  const text = url.get('q') ?? '';
  const levelText = url.get('level');
  const levels = useMemo(() => levelsFrom(levelText), [levelText]);
  const job = url.get('job');
  useReportedProblems([levelProblem(levelText), job && !isUuid(job) ? { parameter: 'job', text: job, why: 'it is not an id' } : undefined]);
  const conditions = useMemo(() => {
    const scope = job && isUuid(job) ? [{ job_execution_id: { _eq: job } }] : [];
    return logWhere([...scope, ...compileFilters(filters.filters, logFields)], levels, text);
  }, [job, filters.filters, levels, text]);
  const list = useList(logLines, { conditions, order: newestFirst, pageSize: 200 });
  const copy = useLogText(list.rows);
  const jobHref = useCallback(
    (line: LogLine) => link(`/invocations/${line.invocation_id}`, { tab: 'waterfall', sel: `job-${line.job_execution_id}` }),
    [link],
  );

  return (
    <ListPage
      title="Logs"
      unit="line"
      list={list}
      filters={{
        ...filters, fields: logFields, suggest, placeholder: 'Search messages, data and sources', parameters: ['level', 'job'],
        controls: <LevelFilter chosen={levels} onChange={(next) => url.set({ level: next.join(',') })} />,
      }}
      exported={{ columns: exportedColumns, row: exportedRow }}
      controls={<CopyButton label="Copy the lines" text={copy} />}
      note={job && isUuid(job) && <OneJob id={job} onClear={() => url.set({ job: null })} />}
      empty={{ title: 'No log lines in this time range', children: 'This page shows what jobs print while they run. Choose a longer time range above.' }}
    >
      {({ rows, ...shown }) => (
        <LogLines
          {...shown}
          label="Log lines, newest first"
          lines={rows}
          search={text}
          jobHref={jobHref}
          further={(line) => <LogContext line={line} href={jobHref(line)} />}
        />
      )}
    </ListPage>
  );
}

function OneJob({ id, onClear }: { id: string; onClear: () => void }) {
  return (
    <p className={styles.scope}>
      Only the lines of the job <code>{shortId(id)}</code>
      <Button look="quiet" onClick={onClear}>
        <X aria-hidden="true" /> All jobs
      </Button>
    </p>
  );
}
