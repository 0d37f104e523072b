import { Columns3, Radio } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { execute } from '~/api/client';
import { keysetPage, useKeyset, wholeOf, type KeysetOrder } from '~/api/keyset';
import { useGraphql } from '~/api/query';
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
import { Checkbox, Select } from '~/ui/field';
import { PageHeader } from '~/ui/panel';
import { Popover } from '~/ui/popover';
import { EmptyState, ErrorPanel, StaleNote } from '~/ui/state';
import { isFailure } from '~/ui/status';
import { useTimeWidth } from '~/ui/values';
import { chosenColumns, columnsText, invocationColumns, isNullable, type Invocation } from './columns';
import { invocationFields, searchScopes, suggest, textWhere, type SearchScope } from './fields';
import { InvocationCountDocument, InvocationPageDocument, type InvocationPageQuery } from './invocations.generated';
import { SavedViews } from './views';
import { merged, useTail } from './tail';
import styles from './invocations.module.css';

const rowsOf = (result: InvocationPageQuery) => result.invocations;
const rowKey = (row: Invocation) => row.id;
const exported = 10_000;

const sortOf = (text: string | undefined): Sort => {
  const column = (text ?? '').replace(/^-/, '');
  if (!invocationColumns.some(({ id, sortable }) => id === column && sortable)) return { column: 'created_at', direction: 'desc' };
  return { column, direction: text!.startsWith('-') ? 'desc' : 'asc' };
};

export default function Invocations() {
  const url = useUrlState();
  const link = useLink();
  const { range, resolved, where: time } = useRange();
  const { pageSize } = useSettings();
  const filters = useFilters(invocationFields);

  const text = url.get('q') ?? '';
  const scope = (searchScopes.find(({ value }) => value === url.get('in'))?.value ?? 'all') as SearchScope;
  const sort = useMemo(() => sortOf(url.get('sort')), [url]);
  const timeWidth = useTimeWidth();
  const columns = useMemo(() => chosenColumns(url.get('cols'), timeWidth), [url, timeWidth]);
  const live = url.get('live') === '1' && isOpenEnded(range);

  const conditions = useMemo(
    () => [...compileFilters(filters.filters, invocationFields), ...textWhere(text, scope)],
    [filters.filters, text, scope],
  );
  const where = useMemo<Where[]>(() => [{ created_at: time }, ...conditions], [time, conditions]);
  const order = useMemo<KeysetOrder>(() => ({ ...sort, nullable: isNullable(sort.column) }), [sort]);

  const slices = text.trim() !== '' && sort.column === 'created_at' && sort.direction === 'desc' ? resolved : undefined;
  const query = useKeyset({ document: InvocationPageDocument, order, where, pageSize, rowsOf, slices });
  // Counting would look through everything once more.
  const count = useGraphql(InvocationCountDocument, { where: { _and: where } }, { enabled: !slices });
  const total = slices ? wholeOf(query) : count.data?.invocations_aggregate.aggregate?.count;
  const tail = useTail(live, conditions);
  const rows = useMemo(() => merged(query.rows, tail.arrived), [query.rows, tail.arrived]);

  const { fetchNextPage } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const setSearch = useCallback((q: string) => url.set({ q }, { replace: true }), [url]);
  const setSort = (next: Sort) => url.set({ sort: `${next.direction === 'desc' ? '-' : ''}${next.column}`, live: null });
  const filtered = conditions.length > 0;

  return (
    <>
      <PageHeader
        title={
          <>
            Invocations{' '}
            <span className={styles.total} aria-busy={count.isFetching}>
              {total !== undefined && formatCount(total)}
            </span>
          </>
        }
      >
        <SavedViews />
        <ColumnChoice chosen={columns.map(({ id }) => id)} onChange={(ids) => url.set({ cols: columnsText(ids) })} />
        <ExportMenu name="invocations" columns={invocationColumns.map(({ id }) => id)} rows={() => fetchRows(order, where)} />
        <Button
          aria-pressed={live}
          disabled={!isOpenEnded(range)}
          title={isOpenEnded(range) ? 'Follow new rows' : 'The time range has ended'}
          onClick={() => url.set({ live: live ? null : '1', sort: null })}
        >
          <Radio aria-hidden="true" className={tail.state === 'live' ? styles.beating : undefined} />
          {tail.state === 'off' ? 'Live' : tail.state === 'live' ? 'Live' : tail.state === 'polling' ? 'Live, by polling' : 'Connecting…'}
        </Button>
      </PageHeader>

      <FilterBar
        {...filters}
        fields={invocationFields}
        suggest={(field) => suggest(field, time)}
        search={{ value: text, placeholder: 'Search payloads, errors, logs', onChange: setSearch }}
      >
        {text && (
          <Select
            aria-label="Where to search"
            className={styles.scope}
            value={scope}
            onChange={(event) => url.set({ in: event.target.value === 'all' ? null : event.target.value })}
          >
            {searchScopes.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </FilterBar>

      {query.error && rows.length > 0 && <StaleNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.error && rows.length === 0 ? (
        <ErrorPanel error={query.error} what="Invocations" onRetry={() => void query.refetch()} />
      ) : (
        <div className={styles.table}>
          <DataTable
            fill
            label="Invocations"
            columns={columns}
            rows={rows}
            rowKey={rowKey}
            rowHref={(row) => link(`/invocations/${row.id}`)}
            rowTone={(row) => (tail.arrived.has(row.id) ? 'fresh' : isFailure(row.status) ? 'failure' : undefined)}
            sort={sort}
            onSort={setSort}
            total={total}
            hasMore={query.hasNextPage && !query.error}
            loading={query.isFetchingNextPage || query.isPending}
            outdated={query.isPlaceholderData}
            onLoadMore={loadMore}
            empty={query.hasNextPage ? <p className="muted">Nothing so far</p> : <Nothing filtered={filtered} onClear={() => url.set({ f: [], q: null })} />}
          />
          <p className={styles.foot} role="status">
            {formatCount(rows.length)} {total !== undefined && total > rows.length && `of ${formatCount(total)} `}
            {plural(rows.length, 'invocation')} loaded
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
async function fetchRows(order: KeysetOrder, where: readonly Where[]): Promise<Invocation[]> {
  const rows: Invocation[] = [];
  while (rows.length < exported) {
    const page = keysetPage(order, where, 1000, rows.at(-1));
    const { invocations } = await execute(InvocationPageDocument, page);
    rows.push(...invocations);
    if (invocations.length < 1000) break;
  }
  return rows;
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState title="No matching invocations" action={<Button onClick={onClear}>Clear the filters</Button>}>
        A longer time range may have results.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No runs in this time range">
      Choose a longer time range above, or record something: <code>edo demo --store telemetry.db --invocations 2000</code>.
    </EmptyState>
  );
}

function ColumnChoice({ chosen, onChange }: { chosen: readonly string[]; onChange: (ids: string[]) => void }) {
  return (
    <Popover
      label="Columns"
      align="end"
      trigger={
        <Button look="quiet">
          <Columns3 aria-hidden="true" /> Columns
        </Button>
      }
    >
      {invocationColumns.slice(1).map(({ id, name }) => (
        <Checkbox
          key={id}
          checked={chosen.includes(id)}
          onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id))}
        >
          {name}
        </Checkbox>
      ))}
    </Popover>
  );
}
