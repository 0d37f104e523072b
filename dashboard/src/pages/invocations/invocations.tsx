import { useMemo } from 'react';
import { seenWhere, useRoleSchema } from '~/api/role-schema';
import { isFailure } from '~/domain/status';
import { compileFilters } from '~/filters/compile';
import { useFilters } from '~/filters/use-filters';
import { ListPage } from '~/lists/list-page';
import { useList, type ListSource } from '~/lists/use-list';
import { useSort } from '~/lists/use-sort';
import { useSettings } from '~/settings/settings';
import { DataTable } from '~/ui/data-table';
import { Select } from '~/ui/field';
import { useTimeWidth } from '~/ui/values';
import { useLink, useUrlState } from '~/url/state';
import { choiceProblem, useReportedProblems } from '~/url/link-problems';
import { ColumnChoice } from './column-choice';
import { chosenColumns, columnsProblem, columnsText, invocationColumns, isNullable, whyFailed, type Invocation } from './columns';
import { invocationFields, searchScopes, suggest, textWhere, type SearchScope } from './fields';
import {
  InvocationCountDocument,
  InvocationPageDocument,
  InvocationTailDocument,
  type InvocationCountQuery,
  type InvocationPageQuery,
  type InvocationTailSubscription,
} from './invocations.generated';
import { SavedViews } from './views';
import styles from './invocations.module.css';

const invocations: ListSource<Invocation, InvocationPageQuery, InvocationCountQuery, InvocationTailSubscription> = {
  page: InvocationPageDocument,
  rowsOf: (page) => page.invocations,
  count: InvocationCountDocument,
  countOf: (count) => count.invocations_aggregate.aggregate?.count,
  stream: InvocationTailDocument,
  streamed: (result) => result.invocations_stream,
  follows: 'updated_at',
};

export default function Invocations() {
  const url = useUrlState();
  const link = useLink();
  const { pageSize } = useSettings();
  const filters = useFilters(invocationFields);
  const text = url.get('q') ?? '';
  const scope = (searchScopes.find(({ value }) => value === url.get('in'))?.value ?? 'all') as SearchScope;
  useReportedProblems([choiceProblem('in', url.get('in'), searchScopes.map(({ value }) => value)), columnsProblem(url.get('cols'))]);
  const timeWidth = useTimeWidth();
  const columns = useMemo(() => chosenColumns(url.get('cols'), timeWidth), [url, timeWidth]);
  const { sort, order, setSort } = useSort(invocationColumns, isNullable);
  const conditions = useMemo(
    () => [...compileFilters(filters.filters, invocationFields), ...textWhere(text, scope)],
    [filters.filters, text, scope],
  );
  const list = useList(invocations, { conditions, order, pageSize, searchesText: text.trim() !== '' });

  return (
    <ListPage
      title="Invocations"
      unit="invocation"
      list={list}
      filters={{
        ...filters, fields: invocationFields, suggest, placeholder: 'Search payloads, errors, logs',
        controls: text && <ScopeChoice scope={scope} onChange={(next) => url.set({ in: next === 'all' ? null : next })} />,
      }}
      exported={{ columns: invocationColumns.map(({ id }) => id), row: exportedRow }}
      endsWithLive={['sort']}
      controls={
        <>
          <SavedViews />
          <ColumnChoice chosen={columns.map(({ id }) => id)} onChange={(ids) => url.set({ cols: columnsText(ids) })} />
        </>
      }
      empty={{
        title: 'No runs in this time range',
        children: (
          <>
            Choose a longer time range above, or record something: <code>edo demo --store telemetry.db --invocations 2000</code>.
          </>
        ),
      }}
    >
      {({ isFresh, ...shown }) => (
        <DataTable
          {...shown}
          fill
          label="Invocations"
          columns={columns}
          rowKey={(row) => row.id}
          rowHref={(row) => link(`/invocations/${row.id}`)}
          rowTone={(row) => (isFresh(row) ? 'fresh' : isFailure(row.status) ? 'failure' : undefined)}
          sort={sort}
          onSort={setSort}
        />
      )}
    </ListPage>
  );
}

// The error is that of the first failed step, as in the list.
const exportedRow = ({ failed_jobs, failed_events, ...row }: Invocation) => ({ ...row, error_message: whyFailed({ ...row, failed_jobs, failed_events }) });

function ScopeChoice({ scope, onChange }: { scope: SearchScope; onChange: (scope: string) => void }) {
  const schema = useRoleSchema();
  const isSeen = (value: SearchScope) => !schema || textWhere('any', value).every((where) => seenWhere(where, 'invocations_bool_exp', schema));
  return (
    <Select aria-label="Where to search" className={styles.scope} value={scope} onChange={(event) => onChange(event.target.value)}>
      {searchScopes.filter(({ value }) => value === scope || isSeen(value)).map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </Select>
  );
}
