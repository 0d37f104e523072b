import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Where } from '~/api/where';
import { execute, type TypedDocument } from './client';
import type { ResolvedRange } from '~/url/time-range';
import { timelessKey, useLastResult } from './last-result';
import { firstSlice, nextSlice, sliceWhere, type Slice } from './slices';

// Pages by where the one before ended, not by counting rows from the start: the thousandth page costs
// what the first one costs, and rows that come in meanwhile move nothing.

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
  // The bound says nothing new, but an index can use it.
  return { [column]: { [`${beyond}e`]: value }, _or: following };
}

export function keysetPage(order: KeysetOrder, where: readonly Where[], limit: number, last: Row | undefined): KeysetPage {
  const all = last ? [...where, keysetAfter(order, last)] : where;
  return { where: { _and: all }, order_by: keysetOrderBy(order), limit };
}

/** Where a page begins, in which slice of the range if that is cut into some. */
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
 * The rows of one order, page after page. With `slices` of a range, for rows in the order of their time that
 * no index finds, a page ends where its slice ends, however few rows it has.
 */
export function useKeyset<Result, Variables, Item extends { id: string }>(options: {
  document: TypedDocument<Result, Variables>;
  order: KeysetOrder;
  where: readonly Where[];
  pageSize: number;
  rowsOf: (result: Result) => readonly Item[];
  slices?: ResolvedRange;
  enabled?: boolean;
  /** Asked again when it changes, for what has no time range: useRange().now. */
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
  /** How far back was looked, in milliseconds, while there is more to look through. */
  const searchedBackTo = query.hasNextPage ? data?.pages.at(-1)?.start.slice?.from : undefined;
  return { ...query, rows, searchedBackTo };
}

/** Looks on by itself, slice by slice, until there are as many rows as asked for or nothing is left. True meanwhile. */
export function useFetchUntil(query: Pick<ReturnType<typeof useKeyset>, 'rows' | 'hasNextPage' | 'isFetching' | 'isError' | 'fetchNextPage'>, most: number) {
  const { rows, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const looksOn = hasNextPage && !isError && rows.length < most;
  useEffect(() => {
    if (looksOn && !isFetching) void fetchNextPage();
  }, [looksOn, isFetching, fetchNextPage]);
  return looksOn;
}

/** How many rows there are in all, once all of them were fetched. */
export const completeCount = (query: { rows: readonly unknown[]; isPending: boolean; isPlaceholderData: boolean; hasNextPage: boolean }) =>
  query.isPending || query.isPlaceholderData || query.hasNextPage ? undefined : query.rows.length;
