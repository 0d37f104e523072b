import { useCallback, useMemo } from 'react';
import { execute, type TypedDocument } from '~/api/client';
import { completeCount, keysetPage, useKeyset, type KeysetOrder } from '~/api/keyset';
import { useGraphql } from '~/api/query';
import { mergeArrived, useTail, type TailRow } from '~/api/tail';
import type { Where } from '~/api/where';
import { useRange } from '~/url/range-context';
import { useUrlState } from '~/url/state';
import { isOpenEnded } from '~/url/time-range';

/** The table that a list shows, as three operations. */
export interface ListSource<Row, Page, Count, Streamed> {
  page: TypedDocument<Page, never>;
  rowsOf: (page: Page) => readonly Row[];
  count: TypedDocument<Count, never>;
  countOf: (count: Count) => number | undefined;
  stream: TypedDocument<Streamed, never>;
  streamed: (result: Streamed) => readonly Row[];
  /** The live tail follows this column; updated_at also brings rows that change. */
  follows: 'created_at' | 'updated_at';
}

const maxExported = 10_000;
const exportedPerPage = 1000;

/** The rows page by page, but no more than an export has at most. */
export async function fetchForExport<Row extends TailRow, Page>(
  { page, rowsOf }: Pick<ListSource<Row, Page, never, never>, 'page' | 'rowsOf'>,
  order: KeysetOrder,
  where: readonly Where[],
): Promise<{ rows: Row[]; complete: boolean }> {
  const rows: Row[] = [];
  while (rows.length <= maxExported) {
    const next = rowsOf(await execute(page, keysetPage(order, where, exportedPerPage, rows.at(-1)) as never));
    rows.push(...next);
    if (next.length < exportedPerPage) return { rows: rows.slice(0, maxExported), complete: rows.length <= maxExported };
  }
  return { rows: rows.slice(0, maxExported), complete: false };
}

/**
 * The rows of a source in the time range that meet the conditions: page after page, with their total, and
 * with `live` in the address also those that arrive. `searchesText` says that no index finds the rows.
 */
export function useList<Row extends TailRow, Page, Count, Streamed>(
  source: ListSource<Row, Page, Count, Streamed>,
  { conditions, order, pageSize, searchesText = false }: {
    conditions: readonly Where[];
    order: KeysetOrder;
    pageSize: number;
    searchesText?: boolean;
  },
) {
  const url = useUrlState();
  const { range, resolved, where: time, now } = useRange();
  const live = url.get('live') === '1' && isOpenEnded(range);
  const where = useMemo<Where[]>(() => [{ created_at: time }, ...conditions], [time, conditions]);

  const slices = searchesText && order.column === 'created_at' && order.direction === 'desc' ? resolved : undefined;
  const query = useKeyset({ document: source.page, order, where, pageSize, rowsOf: source.rowsOf, slices });
  // Counting would read everything once more.
  // With a live tail up to the refresh only: what comes after it arrives.
  const counted = live ? [{ created_at: { ...time, _lt: new Date(now).toISOString() } }, ...conditions] : where;
  const count = useGraphql(source.count, { where: { _and: counted } } as never, { enabled: !slices });
  const stored = slices ? completeCount(query) : count.data && source.countOf(count.data);
  const tail = useTail({
    enabled: live, where: conditions, column: source.follows,
    stream: source.stream, streamed: source.streamed, page: source.page, paged: source.rowsOf,
  });
  const begun = useMemo(() => [...tail.arrived.values()].filter(({ created_at }) => Date.parse(created_at) >= now).length, [tail.arrived, now]);
  const total = stored !== undefined && live ? stored + begun : stored;
  const rows = useMemo(() => mergeArrived(query.rows, tail.arrived), [query.rows, tail.arrived]);

  const { fetchNextPage } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const fetchAll = () => fetchForExport(source, order, where);
  const rowsAre = JSON.stringify([range, order, conditions]);
  return { rows, rowsAre, total, query, count, tail, live, filtered: conditions.length > 0, loadMore, fetchAll };
}
