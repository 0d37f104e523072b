import { beforeEach, expect, it, vi } from 'vitest';
import { useFetchUntil } from './keyset';

/** The dependencies of the effect when it ran last. React runs it again when one of them changes. */
let seen: readonly unknown[] | undefined;

vi.mock('react', async (original) => ({
  ...(await original<typeof import('react')>()),
  useEffect: (run: () => void, dependencies: readonly unknown[]) => {
    if (seen?.every((one, i) => Object.is(one, dependencies[i]))) return;
    seen = dependencies;
    run();
  },
}));

beforeEach(() => {
  seen = undefined;
});

/** A query whose slices have these numbers of rows; the first slice is fetched already. */
function queryOf([first, ...slices]: number[]) {
  const query = {
    rows: rowsOf(first!),
    hasNextPage: slices.length > 0,
    isFetching: false,
    isError: false,
    fetchNextPage: vi.fn(() => {
      query.isFetching = true;
      return undefined as never;
    }),
  };
  const answer = () => {
    query.rows = [...query.rows, ...rowsOf(slices.shift()!)];
    query.hasNextPage = slices.length > 0;
    query.isFetching = false;
  };
  return { query, answer };
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ id: String(i) }));

it('fetches slice by slice until there are enough rows', () => {
  const { query, answer } = queryOf([1, 0, 2, 4, 9]);
  for (const asked of [1, 2, 3]) {
    expect(useFetchUntil(query, 5)).toBe(true);
    expect(useFetchUntil(query, 5)).toBe(true); // still fetching
    expect(query.fetchNextPage).toHaveBeenCalledTimes(asked);
    answer();
  }
  expect(query.rows).toHaveLength(7);
  expect(useFetchUntil(query, 5)).toBe(false);
  expect(query.fetchNextPage).toHaveBeenCalledTimes(3);
  expect(useFetchUntil(query, 10)).toBe(true); // more rows are requested
  expect(query.fetchNextPage).toHaveBeenCalledTimes(4);
});

it('stops after the last slice', () => {
  const { query, answer } = queryOf([0, 0]);
  expect(useFetchUntil(query, 5)).toBe(true);
  answer();
  expect(useFetchUntil(query, 5)).toBe(false);
  expect(query.fetchNextPage).toHaveBeenCalledTimes(1);
});

it('stops after an error, until the query is retried', () => {
  const { query } = queryOf([0, 1, 1]);
  expect(useFetchUntil(query, 5)).toBe(true);
  Object.assign(query, { isFetching: false, isError: true });
  expect(useFetchUntil(query, 5)).toBe(false);
  expect(query.fetchNextPage).toHaveBeenCalledTimes(1);
  query.isError = false;
  expect(useFetchUntil(query, 5)).toBe(true);
  expect(query.fetchNextPage).toHaveBeenCalledTimes(2);
});

it('does not start a second fetch', () => {
  const { query, answer } = queryOf([0, 1, 1]);
  query.isFetching = true;
  expect(useFetchUntil(query, 5)).toBe(true);
  expect(query.fetchNextPage).not.toHaveBeenCalled();
  answer();
  useFetchUntil(query, 5);
  expect(query.fetchNextPage).toHaveBeenCalledTimes(1);
});
