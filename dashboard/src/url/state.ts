import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

// Everything that a page shows is in its address, so that reloading, sharing and going back work.

export type UrlChanges = Record<string, string | readonly string[] | null | undefined>;

/** The search string after some parameters changed. Null, undefined, '' and [] remove one. */
export function changedSearch(search: string, changes: UrlChanges): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name);
    if (typeof value === 'string') {
      if (value !== '') params.set(name, value);
    } else {
      for (const item of value ?? []) params.append(name, item);
    }
  }
  const text = params.toString();
  return text && `?${text}`;
}

export interface UrlState {
  get(name: string): string | undefined;
  getAll(name: string): string[];
  /** Makes one entry in the history, or none with `replace`. */
  set(changes: UrlChanges, options?: { replace?: boolean }): void;
}

export function useUrlState(): UrlState {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const set = useCallback(
    (changes: UrlChanges, options: { replace?: boolean } = {}) => {
      // Two changes at the same time must not undo each other, so each starts from the current address.
      const { pathname, search } = window.location;
      const next = changedSearch(search, changes);
      if (next !== search) void navigate({ pathname, search: next }, options);
    },
    [navigate],
  );
  return useMemo(
    () => ({
      get: (name) => params.get(name) ?? undefined,
      getAll: (name) => params.getAll(name),
      set,
    }),
    [params, set],
  );
}

/** Parameters that a link to another page keeps. */
const carried = ['from', 'to', 'refresh'];

export function carriedSearch(search: string, further: UrlChanges = {}): string {
  const params = new URLSearchParams(search);
  const kept = Object.fromEntries(carried.map((name) => [name, params.get(name)]));
  return changedSearch('', { ...kept, ...further });
}

/** Addresses of other pages that keep the time range: link('/jobs', { job: name }). */
export function useLink() {
  const { search } = useLocation();
  return useCallback(
    (pathname: string, further?: UrlChanges) => pathname + carriedSearch(search, further),
    [search],
  );
}
