import { useGraphql } from '~/api/query';
import { BarList } from '~/charts/bar-list';
import { filterToText } from '~/filters/fields';
import { formatDuration } from '~/format/duration';
import { nameText } from '~/format/text';
import { formatRate, formatShort } from '~/format/number';
import { useLink } from '~/url/state';
import { Panel } from '~/ui/panel';
import { EmptyState, QueryView } from '~/ui/state';
import { jobFigures, type JobFigures } from '~/domain/figures';
import { OverviewJobsDocument } from './overview.generated';

const shown = 7;

export function Jobs({ range }: { range: { created_at: { _gte: string; _lt?: string } } }) {
  const query = useGraphql(OverviewJobsDocument, { range });
  return (
    <>
      <Panel title="Most frequent failures">
        <QueryView query={query} what="Jobs">
          {(data) => <Failing jobs={jobFigures(data.job_executions_aggregate.group_by)} />}
        </QueryView>
      </Panel>
      <Panel title="Slowest jobs" aside="average · longest">
        <QueryView query={query} what="Jobs">
          {(data) => <Slowest jobs={jobFigures(data.job_executions_aggregate.group_by)} />}
        </QueryView>
      </Panel>
    </>
  );
}

const failedJobs = filterToText({ field: 'status', operator: 'is', values: ['failed', 'crashed'] });
const jobFilter = (name: string) => filterToText({ field: 'job', operator: 'is', values: [name] });

function Failing({ jobs }: { jobs: readonly JobFigures[] }) {
  const link = useLink();
  const failing = jobs.filter(({ failed }) => failed > 0).sort((a, b) => b.failed - a.failed);
  if (failing.length === 0) return <EmptyState title={jobs.length === 0 ? 'No jobs in this time range' : 'No failed jobs in this time range'} />;
  return (
    <BarList
      label="Most frequent failures"
      color="var(--failure-chart)"
      bars={failing.slice(0, shown).map(({ name, failed, runs }) => ({
        key: name,
        label: nameText(name),
        value: failed,
        text: `${formatShort(failed)} · ${formatRate(failed, runs)}`,
        href: link('/jobs', { f: [jobFilter(name), failedJobs] }),
      }))}
    />
  );
}

function Slowest({ jobs }: { jobs: readonly JobFigures[] }) {
  const link = useLink();
  const timed = jobs.filter(({ averageMs }) => averageMs !== null).sort((a, b) => b.averageMs! - a.averageMs!);
  if (timed.length === 0) return <EmptyState title="No job ended in this time range" />;
  return (
    <BarList
      label="Slowest jobs"
      color="var(--series-1)"
      bars={timed.slice(0, shown).map(({ name, averageMs, maxMs }) => ({
        key: name,
        label: nameText(name),
        value: averageMs!,
        text: `${formatDuration(averageMs)} · ${formatDuration(maxMs)}`,
        href: link('/jobs', { f: [jobFilter(name)], sort: '-duration_ms' }),
      }))}
    />
  );
}
