import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
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

/** A table of any length: the document contains only visible rows. j and k move between rows. */
export function DataTable<Row>({
  label, columns, rows, rowKey, rowHref, sort, onSort, onLoadMore, hasMore, loading, outdated, empty, fill, total, rowTone, rowsAre,
}: DataTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rowKey(rows[index]!),
    overscan: 12,
    scrollMargin: 0,
  });
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

  const template = columns
    .map(({ width, grow = 0 }) => (grow > 0 ? `minmax(${width}px, ${grow}fr)` : `${width}px`))
    .join(' ');
  const minWidth = columns.reduce((sum, column) => sum + column.width, 24);

  return (
    <div className={fill ? `${styles.scroller} ${styles.fill}` : styles.scroller} ref={scroller} tabIndex={rowHref ? -1 : 0}>
      <div
        role="table"
        aria-label={label}
        aria-rowcount={(total ?? rows.length) + 1}
        aria-busy={loading || outdated}
        style={{ minWidth }}
        className={styles.table}
      >
        <div role="rowgroup" className={styles.head}>
          <div role="row" className={styles.row} style={{ gridTemplateColumns: template }}>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={styles.body} data-outdated={outdated || undefined} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]!;
            return (
              <TableRow
                key={item.key}
                row={row}
                columns={columns}
                index={item.index}
                start={item.start}
                template={template}
                href={rowHref?.(row)}
                tone={rowTone?.(row)}
                current={item.index === current}
                onFocus={setCurrent}
              />
            );
          })}
        </div>
      </div>
      {loading && <LoadingRows count={rows.length === 0 ? 8 : 2} />}
      {!loading && rows.length === 0 && (empty ?? <EmptyState title="No rows" />)}
    </div>
  );
}

interface TableRowProps<Row> {
  row: Row;
  columns: readonly Column<Row>[];
  index: number;
  start: number;
  template: string;
  href?: string;
  tone?: string;
  current: boolean;
  onFocus: (index: number) => void;
}

/** Memoised, so that scrolling moves rows without rendering them. */
const TableRow = memo(function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, columns, index, start, template, href, tone, current, onFocus } = props;
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      data-current={current || undefined}
      data-tone={tone}
      className={`${styles.row} ${styles.line}`}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
      onFocus={() => onFocus(index)}
    >
      {columns.map((column, place) => (
        <div role="cell" key={column.id} className={styles.cell} data-align={column.align}>
          {place === 0 && href ? (
            <Link to={href} className={styles.link}>
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </div>
      ))}
    </div>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

function HeaderCell<Row>({ column, sort, onSort }: { column: Column<Row>; sort?: Sort; onSort?: (sort: Sort) => void }) {
  const sorted = sort?.column === column.id ? sort.direction : undefined;
  const ariaSort = sorted && (sorted === 'asc' ? 'ascending' : 'descending');
  return (
    <div role="columnheader" className={styles.cell} data-align={column.align} aria-sort={ariaSort}>
      {column.sortable && onSort ? (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onSort({ column: column.id, direction: sorted === 'desc' ? 'asc' : 'desc' })}
        >
          {column.header}
          {sorted === 'asc' && <ArrowUp aria-hidden="true" />}
          {sorted === 'desc' && <ArrowDown aria-hidden="true" />}
        </button>
      ) : (
        column.header
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
