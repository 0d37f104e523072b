import { functionalUpdate, rowSortingFeature, tableFeatures, useTable, type ColumnDef, type Header, type Row as TableRow, type SortingState } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useWidth } from '~/hooks/use-width';
import { useShortcut } from '~/shortcuts/shortcuts';
import { EmptyState, Skeleton } from './state';
import { usePlace } from './use-place';
import styles from './data-table.module.css';

export interface Column<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Minimum width in pixels. */
  width: number;
  /** Its share of the remaining width; 0 keeps it at its minimum. */
  grow?: number;
  align?: 'start' | 'end';
  sortable?: boolean;
  /**
   * Its place in the two lines of a narrow table: the title and up to two figures beside it, then a short and a long
   * detail. The other columns are not shown there.
   */
  narrow?: 'title' | 'aside' | 'short' | 'long';
  /** What it shows there, if not the same. */
  narrowCell?: (row: Row) => ReactNode;
}

export interface Sort {
  column: string;
  direction: 'asc' | 'desc';
}

interface DataTableProps<Row> {
  /** What a screen reader calls the table. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The address that a row links to. The first column has the link. */
  rowHref?: (row: Row) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** Called when the end comes into view. */
  onLoadMore?: () => void;
  hasMore?: boolean;
  /** More rows are being fetched. */
  loading?: boolean;
  /** The rows are those of the previous filters while new ones are being fetched. */
  outdated?: boolean;
  empty?: ReactNode;
  /** Fills its parent and scrolls inside. Otherwise it is as high as its rows. */
  fill?: boolean;
  /** How many rows there are in all, if more than are loaded. */
  total?: number;
  rowTone?: (row: Row) => 'failure' | 'fresh' | undefined;
  /** Which rows these are, such as their filters and their order: other rows are shown from their start. */
  rowsAre?: string;
}

const rowHeight = 36;
const narrowHeight = 54;
const narrowBelow = 560;

const features = tableFeatures({ rowSortingFeature });
type Features = typeof features;

/** A table of any length: the document contains only visible rows. j and k move between rows. */
export function DataTable<Row extends object>({
  label, columns, rows, rowKey, rowHref, sort, onSort, onLoadMore, hasMore, loading, outdated, empty, fill, total, rowTone, rowsAre,
}: DataTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  const width = useWidth(scroller);
  const narrow = width > 0 && width < narrowBelow && columns.some((column) => column.narrow);
  const layout = useMemo(() => layoutOf(columns, narrow), [columns, narrow]);
  const table = useTable({
    features,
    columns: useMemo(() => layout.columns.map(definitionOf), [layout]),
    data: rows,
    getRowId: rowKey,
    // The server sorts, or the page does.
    manualSorting: true,
    enableSorting: onSort !== undefined,
    enableSortingRemoval: false,
    sortDescFirst: true,
    state: { sorting: useMemo<SortingState>(() => (sort ? [{ id: sort.column, desc: sort.direction === 'desc' }] : []), [sort]) },
    onSortingChange: (updater) => {
      const [next] = functionalUpdate(updater, sort ? [{ id: sort.column, desc: sort.direction === 'desc' }] : []);
      if (next) onSort?.({ column: next.id, direction: next.desc ? 'desc' : 'asc' });
    },
  });
  const model = table.getRowModel().rows;

  const height = narrow ? narrowHeight : rowHeight;
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rowKey(rows[index]!),
    overscan: 12,
    scrollMargin: 0,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  const items = virtualizer.getVirtualItems();
  const { isReturning } = usePlace({ list: label, rowsAre, scroller, virtualizer, rows, keyOf: rowKey, outdated, incomplete: hasMore || loading });

  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && !loading && !outdated && (last >= rows.length - 30 || isReturning())) onLoadMore?.();
  }, [hasMore, loading, outdated, last, rows, onLoadMore, isReturning]);

  const go = (step: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, current + step));
    if (!rows[next]) return;
    setCurrent(next);
    virtualizer.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  };
  useShortcut('j', 'Next row', 'Tables', () => go(1));
  useShortcut('k', 'Previous row', 'Tables', () => go(-1));

  return (
    <div className={fill ? `${styles.scroller} ${styles.fill}` : styles.scroller} ref={scroller} tabIndex={rowHref ? -1 : 0}>
      <div
        role="table"
        aria-label={label}
        aria-rowcount={(total ?? rows.length) + 1}
        aria-busy={loading || outdated}
        data-narrow={narrow || undefined}
        style={{ minWidth: layout.minWidth }}
        className={styles.table}
      >
        <div role="rowgroup" className={styles.head}>
          {table.getHeaderGroups().map((group) => (
            <div key={group.id} role="row" className={styles.row} style={{ gridTemplateColumns: layout.template }}>
              {group.headers.map((header, place) => (
                <HeaderCell key={header.id} header={header} text={layout.columns[place]!.header} align={layout.align.get(header.column.id)} />
              ))}
            </div>
          ))}
        </div>
        <div role="rowgroup" className={styles.body} data-outdated={outdated || undefined} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = model[item.index];
            return (
              row && (
                <Line
                  key={item.key}
                  row={row}
                  layout={layout}
                  index={item.index}
                  start={item.start}
                  href={rowHref?.(row.original)}
                  tone={rowTone?.(row.original)}
                  current={item.index === current}
                  onFocus={setCurrent}
                />
              )
            );
          })}
        </div>
      </div>
      {loading && <LoadingRows count={rows.length === 0 ? 8 : 2} />}
      {!loading && rows.length === 0 && (empty ?? <EmptyState title="No rows" />)}
    </div>
  );
}

// Only columns with a value can be sorted, though not by the table. Ours show their row.
const definitionOf = <Row extends object>({ id, sortable }: Column<Row>): ColumnDef<Features, Row> => ({ id, accessorFn: (row) => row, enableSorting: sortable === true });

interface Layout<Row> {
  columns: readonly (Column<Row> & { show: (row: Row) => ReactNode })[];
  /** Of a row, as CSS has it. */
  template: string;
  minWidth?: number;
  align: ReadonlyMap<string, 'start' | 'end' | undefined>;
  /** Where the cells of a narrow row are. */
  areas: ReadonlyMap<string, string>;
}

function layoutOf<Row>(columns: readonly Column<Row>[], narrow: boolean): Layout<Row> {
  const align = new Map(columns.map((column) => [column.id, narrow ? undefined : column.align]));
  if (!narrow) {
    const template = columns.map(({ width, grow = 0 }) => (grow > 0 ? `minmax(${width}px, ${grow}fr)` : `${width}px`)).join(' ');
    return { columns: columns.map((column) => ({ ...column, show: column.cell })), template, minWidth: columns.reduce((sum, column) => sum + column.width, 24), align, areas: new Map() };
  }
  const placed = columns.filter((column) => column.narrow);
  const asides = placed.filter((column) => column.narrow === 'aside');
  const areaOf = (column: Column<Row>) => (column.narrow === 'aside' ? `aside-${asides.indexOf(column) + 1}` : column.narrow!);
  return { columns: placed.map((column) => ({ ...column, show: column.narrowCell ?? column.cell })), template: 'auto minmax(0, 1fr) auto auto', align, areas: new Map(placed.map((column) => [column.id, areaOf(column)])) };
}

interface LineProps<Row extends object> {
  row: TableRow<Features, Row>;
  layout: Layout<Row>;
  index: number;
  start: number;
  href?: string;
  tone?: string;
  current: boolean;
  onFocus: (index: number) => void;
}

/** Memoised, so that scrolling moves rows without rendering them. */
const Line = memo(function Line<Row extends object>(props: LineProps<Row>) {
  const { row, layout, index, start, href, tone, current, onFocus } = props;
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      data-current={current || undefined}
      data-tone={tone}
      className={`${styles.row} ${styles.line}`}
      style={{ gridTemplateColumns: layout.template, transform: `translateY(${start}px)` }}
      onFocus={() => onFocus(index)}
    >
      {row.getAllCells().map((cell, place) => {
        const content = layout.columns[place]!.show(row.original);
        return (
          <div role="cell" key={cell.id} className={styles.cell} data-align={layout.align.get(cell.column.id)} data-area={layout.areas.get(cell.column.id)}>
            {place === 0 && href ? (
              <Link to={href} className={styles.link}>
                {content}
              </Link>
            ) : (
              content
            )}
          </div>
        );
      })}
    </div>
  );
}) as <Row extends object>(props: LineProps<Row>) => ReactNode;

function HeaderCell<Row extends object>({ header: { column }, text, align }: { header: Header<Features, Row>; text: ReactNode; align?: 'start' | 'end' }) {
  const sorted = column.getIsSorted();
  const ariaSort = sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined;
  return (
    <div role="columnheader" className={styles.cell} data-align={align} aria-sort={ariaSort}>
      {column.getCanSort() ? (
        <button type="button" className={styles.sort} onClick={column.getToggleSortingHandler()}>
          {text}
          {sorted === 'asc' && <ArrowUp aria-hidden="true" />}
          {sorted === 'desc' && <ArrowDown aria-hidden="true" />}
        </button>
      ) : (
        text
      )}
    </div>
  );
}

function LoadingRows({ count }: { count: number }) {
  return (
    <div className={styles.loading} role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} width={`${92 - ((index * 17) % 30)}%`} />
      ))}
    </div>
  );
}
