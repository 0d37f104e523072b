import { useMemo } from 'react';
import { compileFilters } from '~/filters/compile';
import { useFilters } from '~/filters/use-filters';
import { isFailure } from '~/domain/status';
import { ListPage } from '~/lists/list-page';
import { useList, type ListSource } from '~/lists/use-list';
import { useSort } from '~/lists/use-sort';
import { useSettings } from '~/settings/settings';
import { DataTable } from '~/ui/data-table';
import { useLink, useUrlState } from '~/url/state';
import { exportedColumns, exportedRow, isNullable, jobColumns, type Job } from './columns';
import { jobFields, jobSearch, suggest } from './fields';
import { JobCountDocument, JobPageDocument, JobTailDocument, type JobCountQuery, type JobPageQuery, type JobTailSubscription } from './jobs.generated';

const jobs: ListSource<Job, JobPageQuery, JobCountQuery, JobTailSubscription> = {
  page: JobPageDocument,
  rowsOf: (page) => page.job_executions,
  count: JobCountDocument,
  countOf: (count) => count.job_executions_aggregate.aggregate?.count,
  stream: JobTailDocument,
  streamed: (result) => result.job_executions_stream,
  follows: 'updated_at',
};

/** Every job of every invocation in the time range. */
export default function Jobs() {
  const text = useUrlState().get('q') ?? '';
  const link = useLink();
  const { pageSize } = useSettings();
  const filters = useFilters(jobFields);
  const { sort, order, setSort } = useSort(jobColumns, isNullable);
  const conditions = useMemo(() => [...compileFilters(filters.filters, jobFields), ...jobSearch(text)], [filters.filters, text]);
  const list = useList(jobs, { conditions, order, pageSize, searchesText: text.trim() !== '' });

  return (
    <ListPage
      title="Jobs"
      unit="job"
      list={list}
      filters={{ ...filters, fields: jobFields, suggest, placeholder: 'Search errors, options, results, logs, ids' }}
      exported={{ columns: exportedColumns, row: exportedRow }}
      endsWithLive={['sort']}
      empty={{ title: 'No jobs in this time range', children: 'A job runs when an event is detected. Choose a longer time range above.' }}
    >
      {({ isFresh, ...shown }) => (
        <DataTable
          {...shown}
          fill
          label="Jobs"
          columns={jobColumns}
          rowKey={(row) => row.id}
          rowHref={(row) => link(`/invocations/${row.invocation_id}`, { tab: 'waterfall', sel: `job-${row.id}` })}
          rowTone={(row) => (isFresh(row) ? 'fresh' : isFailure(row.status) ? 'failure' : undefined)}
          sort={sort}
          onSort={setSort}
        />
      )}
    </ListPage>
  );
}
