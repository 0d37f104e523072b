import { useMemo } from 'react';
import { useUrlState } from '~/url/state';
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
  const texts = JSON.stringify(url.getAll('f'));
  return useMemo(() => {
    const filters = (JSON.parse(texts) as string[])
      .map((text) => filterFromText(text, fields))
      .filter((filter) => filter !== undefined);
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
