import { useCallback, type ReactNode } from 'react';
import { maxArrived } from '~/api/tail';
import type { Where } from '~/api/where';
import { FilterBar } from '~/filters/filter-bar';
import type { FilterField } from '~/filters/fields';
import type { Filters } from '~/filters/use-filters';
import { formatCount } from '~/format/number';
import { plural } from '~/format/text';
import { formatShortTime } from '~/format/time';
import { Button } from '~/ui/button';
import { ExportMenu } from '~/ui/export-menu';
import { LiveButton } from '~/ui/live-button';
import { PageHeader } from '~/ui/panel';
import { EmptyState, ErrorPanel, StaleNote } from '~/ui/state';
import { Total } from '~/ui/total';
import { useRange } from '~/url/range-context';
import { useUrlState } from '~/url/state';
import type { useList } from './use-list';
import styles from './list.module.css';

type AnyList<Row> = Pick<ReturnType<typeof useList>, 'rowsAre' | 'total' | 'count' | 'query' | 'tail' | 'live' | 'filtered' | 'loadMore'> & {
  rows: readonly Row[];
  fetchAll: () => Promise<{ rows: Row[]; complete: boolean }>;
};

/** What a table of a list's rows needs to know of it. */
export interface ShownRows<Row> {
  rows: readonly Row[];
  rowsAre: string;
  total: number | undefined;
  hasMore: boolean;
  loading: boolean;
  outdated: boolean;
  onLoadMore: () => void;
  isFresh: (row: Row) => boolean;
  empty: ReactNode;
}

interface ListPageProps<Row> {
  /** 'Jobs'; also the name of exported files. */
  title: string;
  /** What one row is: 'job'. */
  unit: string;
  list: AnyList<Row>;
  filters: Filters & {
    fields: readonly FilterField[];
    suggest: (field: FilterField, time: Where) => Promise<string[]>;
    placeholder: string;
    /** Further controls in the bar of filters. */
    controls?: ReactNode;
    /** Other parameters of the address that filter, and end with the filters. */
    parameters?: readonly string[];
  };
  exported: { columns: readonly string[]; row?: (row: Row) => Record<string, unknown> };
  /** Parameters of the address that end when the live tail starts or stops. */
  endsWithLive?: readonly string[];
  /** Further controls beside the title. */
  controls?: ReactNode;
  /** Between the filters and the rows. */
  note?: ReactNode;
  /** What to do if nothing was recorded. */
  empty: { title: string; children: ReactNode };
  children: (shown: ShownRows<Row>) => ReactNode;
}

const cleared = (names: readonly string[] = []) => Object.fromEntries(names.map((name) => [name, null]));

/** A page with one list: title and total, export, live tail, filters, text search, and the rows. */
export function ListPage<Row extends { id: string }>(props: ListPageProps<Row>) {
  const { title, unit, list, filters, exported, controls, note, children } = props;
  const { placeholder, fields, suggest, controls: filterControls, parameters, ...chosen } = filters;
  const url = useUrlState();
  const { where: time } = useRange();
  const setSearch = useCallback((q: string) => url.set({ q }, { replace: true }), [url]);
  const clear = () => url.set({ f: [], q: null, ...cleared(parameters) });
  return (
    <>
      <PageHeader title={<>{title} <Total value={list.total} stale={list.count.isPlaceholderData} /></>}>
        {controls}
        <ExportMenu
          name={title.toLowerCase()}
          columns={exported.columns}
          rows={async () => {
            const { rows, complete } = await list.fetchAll();
            return { rows: rows.map(exported.row ?? ((row) => row as unknown as Record<string, unknown>)), complete };
          }}
        />
        <LiveButton on={list.live} state={list.tail.state} onChange={(on) => url.set({ live: on ? '1' : null, ...cleared(props.endsWithLive) })} />
      </PageHeader>
      <FilterBar
        {...chosen}
        fields={fields}
        suggest={(field) => suggest(field, time)}
        search={{ value: url.get('q') ?? '', placeholder, onChange: setSearch }}
      >
        {filterControls}
      </FilterBar>
      {note}
      <Rows title={title} unit={unit} list={list} empty={list.filtered ? <NoMatches unit={unit} onClear={clear} /> : <EmptyState {...props.empty} />}>
        {children}
      </Rows>
    </>
  );
}

function Rows<Row extends { id: string }>({ title, unit, list, empty, children }: Pick<ListPageProps<Row>, 'title' | 'unit' | 'list' | 'children'> & { empty: ReactNode }) {
  const { rows, rowsAre, total, query, tail } = list;
  const retry = () => void query.refetch();
  if (query.error && rows.length === 0) return <ErrorPanel error={query.error} what={title} onRetry={retry} />;
  return (
    <>
      {query.error && <StaleNote error={query.error} onRetry={retry} />}
      <div className={styles.rows}>
        {children({
          rows,
          rowsAre,
          total,
          hasMore: query.hasNextPage && !query.error,
          loading: query.isFetchingNextPage || query.isPending,
          outdated: query.isPlaceholderData,
          onLoadMore: list.loadMore,
          isFresh: (row) => tail.arrived.has(row.id),
          empty: query.hasNextPage ? <p className="muted">Nothing so far</p> : empty,
        })}
        <Foot unit={unit} list={list} />
      </div>
    </>
  );
}

/** How many rows of how many are loaded, and from where. */
function Foot<Row>({ unit, list: { rows, total, query, count, tail } }: { unit: string; list: AnyList<Row> }) {
  return (
    <p className={styles.foot} role="status">
      {formatCount(rows.length)} {total !== undefined && total > rows.length && `of ${formatCount(total)} `}
      {plural(rows.length, unit)} loaded
      {query.searchedBackTo !== undefined && ` · searched back to ${formatShortTime(query.searchedBackTo)}`}
      {count.error && ' · count failed'}
      {tail.arrived.size > 0 && ` · ${tail.arrived.size < maxArrived ? '' : 'the latest '}${formatCount(tail.arrived.size)} live`}
    </p>
  );
}

const NoMatches = ({ unit, onClear }: { unit: string; onClear: () => void }) => (
  <EmptyState title={`No matching ${unit}s`} action={<Button onClick={onClear}>Clear the filters</Button>}>
    A longer time range may have results.
  </EmptyState>
);
