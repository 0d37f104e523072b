import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Where } from '~/filters/compile';
import { execute, type TypedDocument } from './client';
import { shapeOf, useHeld } from './held';

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

/** The rows of one order, page after page. */
export function useKeyset<Result, Variables, Item extends { id: string }>(options: {
  document: TypedDocument<Result, Variables>;
  order: KeysetOrder;
  where: readonly Where[];
  pageSize: number;
  rowsOf: (result: Result) => readonly Item[];
  enabled?: boolean;
}) {
  const { document, order, where, pageSize, rowsOf, enabled } = options;
  const query = useInfiniteQuery({
    queryKey: ['keyset', document.toString(), order, where, pageSize],
    queryFn: async ({ pageParam, signal }) => {
      const page = keysetPage(order, where, pageSize, pageParam);
      return rowsOf(await execute(document, page as Variables, signal));
    },
    initialPageParam: undefined as Row | undefined,
    getNextPageParam: (page) => (page.length < pageSize ? undefined : (page.at(-1) as unknown as Row)),
    placeholderData: keepPreviousData,
    enabled,
  });
  const data = useHeld(query.data, query.isPlaceholderData, shapeOf([order, where]));
  const rows = useMemo(() => data?.pages.flat() ?? [], [data]);
  return { ...query, rows };
}
