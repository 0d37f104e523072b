import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Where } from '~/api/where';
import { execute, type TypedDocument } from './client';
import type { ResolvedRange } from '~/url/time-range';
import { timelessKey, useLastResult } from './last-result';
import { firstSlice, nextSlice, sliceWhere, type Slice } from './slices';

// A page continues after the last row of the previous one instead of skipping rows from the start. So the
// thousandth page costs as much as the first, and rows that arrive meanwhile do not shift the others.

export interface KeysetOrder {
  column: string;
  direction: 'asc' | 'desc';
  /** Rows without a value come last, whatever the direction. */
  nullable?: boolean;
}

export interface KeysetPage {
  where: Where;
  order_by: Where[];
  limit: number;
}

type Row = { id: string } & Record<string, unknown>;

export function keysetOrderBy({ column, direction, nullable }: KeysetOrder): Where[] {
  const order = nullable ? `${direction}_nulls_last` : direction;
  return column === 'id' ? [{ id: direction }] : [{ [column]: order }, { id: direction }];
}

/** The rows that come after this one. */
export function keysetAfter({ column, direction, nullable }: KeysetOrder, last: Row): Where {
  const beyond = direction === 'asc' ? '_gt' : '_lt';
  if (column === 'id') return { id: { [beyond]: last.id } };
  const value = last[column];
  if (value === null || value === undefined) {
    return { [column]: { _is_null: true }, id: { [beyond]: last.id } };
  }
  const following: Where[] = [{ [column]: { [beyond]: value } }, { [column]: { _eq: value }, id: { [beyond]: last.id } }];
  if (nullable) return { _or: [...following, { [column]: { _is_null: true } }] };
  // This bound is redundant, but an index can use it.
  return { [column]: { [`${beyond}e`]: value }, _or: following };
}

export function keysetPage(order: KeysetOrder, where: readonly Where[], limit: number, last: Row | undefined): KeysetPage {
  const all = last ? [...where, keysetAfter(order, last)] : where;
  return { where: { _and: all }, order_by: keysetOrderBy(order), limit };
}

/** The start of a page: after which row, and in which slice if the range is cut into slices. */
interface PageStart {
  last?: Row;
  slice?: Slice;
}

interface Page<Item> {
  rows: readonly Item[];
  start: PageStart;
  tookMs: number;
}

/**
 * The rows of one order, page after page. `slices` is the range of a search that no index helps, newest rows
 * first: a page then ends with its slice, however few rows it has.
 */
export function useKeyset<Result, Variables, Item extends { id: string }>(options: {
  document: TypedDocument<Result, Variables>;
  order: KeysetOrder;
  where: readonly Where[];
  pageSize: number;
  rowsOf: (result: Result) => readonly Item[];
  slices?: ResolvedRange;
  enabled?: boolean;
  /** The query is repeated when this changes. For operations without a time range: useRange().now. */
  asOf?: number;
}) {
  const { document, order, where, pageSize, rowsOf, slices, enabled, asOf } = options;
  const query = useInfiniteQuery({
    queryKey: ['keyset', document.toString(), order, where, pageSize, slices, asOf],
    queryFn: async ({ pageParam: start, signal }): Promise<Page<Item>> => {
      const begun = performance.now();
      const within = start.slice && slices ? [...where, { created_at: sliceWhere(start.slice, slices) }] : where;
      const page = keysetPage(order, within, pageSize, start.last);
      const rows = rowsOf(await execute(document, page as Variables, signal));
      return { rows, start, tookMs: performance.now() - begun };
    },
    initialPageParam: { slice: slices && firstSlice(slices) } as PageStart,
    getNextPageParam: ({ rows, start: { slice }, tookMs }): PageStart | undefined => {
      if (rows.length >= pageSize) return { last: rows.at(-1) as unknown as Row, slice };
      const next = slice && slices && nextSlice(slice, slices, tookMs);
      return next && { slice: next };
    },
    placeholderData: keepPreviousData,
    enabled,
  });
  const data = useLastResult(query.data, query.isPlaceholderData, timelessKey([order, where]));
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  /** How far back the search got, in milliseconds, while it is not complete. */
  const searchedBackTo = query.hasNextPage ? data?.pages.at(-1)?.start.slice?.from : undefined;
  return { ...query, rows, searchedBackTo };
}

/** Fetches slice after slice until there are `count` rows or no more slices. Returns true meanwhile. */
export function useFetchUntil(query: Pick<ReturnType<typeof useKeyset>, 'rows' | 'hasNextPage' | 'isFetching' | 'isError' | 'fetchNextPage'>, count: number) {
  const { rows, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const incomplete = hasNextPage && !isError && rows.length < count;
  useEffect(() => {
    if (incomplete && !isFetching) void fetchNextPage();
  }, [incomplete, isFetching, fetchNextPage]);
  return incomplete;
}

/** The total number of rows once all are fetched; undefined before. */
export const completeCount = (query: { rows: readonly unknown[]; isPending: boolean; isPlaceholderData: boolean; hasNextPage: boolean }) =>
  query.isPending || query.isPlaceholderData || query.hasNextPage ? undefined : query.rows.length;
