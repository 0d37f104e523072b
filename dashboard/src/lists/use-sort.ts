import { useMemo } from 'react';
import type { KeysetOrder } from '~/api/keyset';
import type { Column, Sort } from '~/ui/data-table';
import { sortProblem, useReportedProblems } from '~/url/link-problems';
import { useUrlState } from '~/url/state';

/** The order in ?sort=-created_at, or newest first where that names no column that can be sorted by. */
export function sortFromText<Row>(text: string | undefined, columns: readonly Column<Row>[]): Sort {
  const column = (text ?? '').replace(/^-/, '');
  if (!columns.some(({ id, sortable }) => id === column && sortable)) return { column: 'created_at', direction: 'desc' };
  return { column, direction: text!.startsWith('-') ? 'desc' : 'asc' };
}

/** The order of a list, which the address has. Another order ends the live tail, which is newest first. */
export function useSort<Row>(columns: readonly Column<Row>[], isNullable: (column: string) => boolean) {
  const url = useUrlState();
  const text = url.get('sort');
  useReportedProblems([sortProblem(text, columns.filter(({ sortable }) => sortable).map(({ id }) => id))]);
  const sort = useMemo(() => sortFromText(text, columns), [text, columns]);
  const order = useMemo<KeysetOrder>(() => ({ ...sort, nullable: isNullable(sort.column) }), [sort, isNullable]);
  const setSort = (next: Sort) => url.set({ sort: `${next.direction === 'desc' ? '-' : ''}${next.column}`, live: null });
  return { sort, order, setSort };
}
