import { useMemo } from 'react';
import { useReportedProblems } from '~/url/link-problems';
import { useUrlState } from '~/url/state';
import { compileFilter, filterProblem } from './compile';
import { filterFromText, filterToText, type Filter, type FilterField } from './fields';

export interface Filters {
  filters: readonly Filter[];
  setFilters(next: readonly Filter[]): void;
  /** Adds a filter, or its values to the one with the same field and operator. */
  add(filter: Filter): void;
}

/** The filters in the address: ?f=status:is:failed&f=source_function:not:orders */
export function useFilters(fields: readonly FilterField[]): Filters {
  const url = useUrlState();
  const all = url.getAll('f');
  const texts = JSON.stringify(all);
  useReportedProblems(
    all.map((text) => {
      const why = filterProblem(text, fields);
      return why === undefined ? undefined : { parameter: 'f', text, why };
    }),
  );
  return useMemo(() => {
    const filters = (JSON.parse(texts) as string[])
      .map((text) => filterFromText(text, fields))
      .filter((filter) => filter !== undefined && compileFilter(filter, fields) !== undefined) as Filter[];
    const setFilters = (next: readonly Filter[]) => url.set({ f: next.map(filterToText) });
    return { filters, setFilters, add: (filter) => setFilters(withFilter(filters, filter)) };
  }, [texts, fields, url]);
}

const single = (filter: Filter) => filter.operator === 'gte' || filter.operator === 'lte';

export function withFilter(filters: readonly Filter[], added: Filter): Filter[] {
  const same = (filter: Filter) => filter.field === added.field && filter.operator === added.operator;
  const before = filters.find(same);
  if (!before) return [...filters, added];
  const values = single(added) ? added.values : [...new Set([...before.values, ...added.values])];
  return filters.map((filter) => (same(filter) ? { ...added, values } : filter));
}
