// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { BrowserRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TypedDocument } from '~/api/client';
import type * as live from '~/api/live';
import { queryClient } from '~/api/query';
import type { Where } from '~/api/where';
import { useFilters } from '~/filters/use-filters';
import { ShortcutProvider } from '~/shortcuts/shortcuts';
import { DataTable, type Column } from '~/ui/data-table';
import { RangeProvider } from '~/url/range-context';
import { useUrlState } from '~/url/state';
import { ListPage } from './list-page';
import { fetchForExport, useList, type ListSource } from './use-list';
import { useSort } from './use-sort';

// A busy machine may take seconds for a render.
configure({ asyncUtilTimeout: 20_000 });

interface Row {
  id: string;
  created_at: string;
  name: string;
}

const rowAt = (second: number, name = `job ${second}`): Row => ({
  id: `id-${String(second).padStart(5, '0')}`,
  created_at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
  name,
});

/** 150 rows, the newest first. */
const stored = Array.from({ length: 150 }, (_, index) => rowAt(150 - index));
const pageSize = 60;

const operation = <Result,>(name: string) => ({ toString: () => name }) as TypedDocument<Result, never>;
const source: ListSource<Row, { rows: Row[] }, { count: number }, { rows: Row[] }> = {
  page: operation('page'),
  rowsOf: (page) => page.rows,
  count: operation('count'),
  countOf: ({ count }) => count,
  stream: operation('stream'),
  streamed: ({ rows }) => rows,
  follows: 'created_at',
};

let tail: { enabled: boolean; onData: (result: { rows: Row[] }) => void; poll: () => Promise<void> };
vi.mock('~/api/live', (): Partial<typeof live> => ({
  useLive: (options) => {
    tail = options as unknown as typeof tail;
    return options.enabled ? 'live' : 'off';
  },
}));

/** What the server gets, and how it responds. */
let requests: { query: string; variables: Record<string, unknown> }[];
let respond: (query: string, variables: Record<string, unknown>) => unknown;
const pages = () => requests.filter(({ query }) => query === 'page').length;

function pageOf(variables: Record<string, unknown>) {
  const last = /"id":\{"_lt":"([^"]+)"/.exec(JSON.stringify(variables.where))?.[1];
  const start = stored.findIndex(({ id }) => id === last) + 1;
  return { data: { rows: stored.slice(start, start + (variables.limit as number)) } };
}

const columns: Column<Row>[] = [
  { id: 'name', header: 'Name', width: 100, sortable: true, cell: (row) => row.name },
  { id: 'created_at', header: 'Started', width: 100, sortable: true, cell: (row) => row.created_at },
];
const never = () => false;
const noConditions: Where[] = [];

function Jobs() {
  const text = useUrlState().get('q') ?? '';
  const filters = useFilters([]);
  const { sort, order, setSort } = useSort(columns, never);
  const list = useList(source, { conditions: noConditions, order, pageSize, searchesText: text !== '' });
  return (
    <ListPage
      title="Jobs"
      unit="job"
      list={list}
      filters={{ ...filters, fields: [], suggest: async () => [], placeholder: 'Search' }}
      exported={{ columns: ['name'] }}
      endsWithLive={['sort']}
      empty={{ title: 'No jobs', children: 'Record some.' }}
    >
      {({ isFresh, ...shown }) => (
        <DataTable
          {...shown}
          label="Jobs"
          columns={columns}
          rowKey={(row) => row.id}
          rowTone={(row) => (isFresh(row) ? 'fresh' : undefined)}
          sort={sort}
          onSort={setSort}
        />
      )}
    </ListPage>
  );
}

let entries = 0;

/** Shows the list as a new entry of the history, or as one that is gone back to. */
function open(search = '', entry = `entry ${(entries += 1)}`) {
  window.history.replaceState({ key: entry, idx: 0 }, '', `/jobs${search}`);
  render(
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>
        <ShortcutProvider>
          <RangeProvider>
            <Jobs />
          </RangeProvider>
        </ShortcutProvider>
      </BrowserRouter>
    </QueryClientProvider>,
  );
}

/** The names in the rows that are in the document. */
const shownNames = () => screen.getAllByRole('row').slice(1).map((row) => row.firstElementChild?.textContent);
const foot = () => screen.getAllByRole('status').at(-1)!.textContent;

function scrollTo(row: number) {
  const scroller = screen.getByRole('table').parentElement!;
  scroller.scrollTop = row * 36;
  fireEvent.scroll(scroller);
}

beforeEach(() => {
  requests = [];
  respond = (query, variables) => (query === 'count' ? { data: { count: stored.length } } : pageOf(variables));
  // A viewport of 16 rows: without a layout, every element has the same size.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(16 * 36);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
  vi.stubGlobal('fetch', async (_: unknown, { body }: { body: string }) => {
    const request = JSON.parse(body) as (typeof requests)[number];
    requests.push(request);
    return new Response(JSON.stringify(await respond(request.query, request.variables)));
  });
});

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('loads a page when its place comes into view, and each page once', async () => {
  open();
  await screen.findByText('job 150');
  expect(pages()).toBe(1);
  scrollTo(40);
  await waitFor(() => expect(foot()).toContain('120 of 150 jobs loaded'));
  expect(pages()).toBe(2);
  scrollTo(110);
  await waitFor(() => expect(foot()).toContain('150 jobs loaded'));
  scrollTo(140);
  await screen.findByText('job 1');
  expect(pages()).toBe(3);
});

describe('the row at the top', () => {
  const scroller = () => screen.getByRole('table').parentElement!;
  /** Without a layout, a list of rows has no height. */
  const giveHeights = () => vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(10_000);

  it('is there again when a person goes back, though the pages must be loaded again', async () => {
    giveHeights();
    open('', 'left');
    await screen.findByText('job 150');
    scrollTo(40);
    await waitFor(() => expect(foot()).toContain('120 of 150 jobs loaded'));
    scrollTo(100.5);
    await screen.findByText('job 50');
    cleanup();
    queryClient.clear();
    requests = [];
    open('', 'left');
    await waitFor(() => expect(scroller().scrollTop).toBe(100.5 * 36));
    fireEvent.scroll(scroller());
    await screen.findByText('job 50');
    cleanup();
    open();
    await screen.findByText('job 150');
    expect(scroller().scrollTop).toBe(0);
  });

  it('stays when rows arrive before it, and not where the list begins', async () => {
    giveHeights();
    open('?live=1');
    await screen.findByText('job 150');
    act(() => tail.onData({ rows: [rowAt(151)] }));
    expect(scroller().scrollTop).toBe(0);
    scrollTo(30);
    act(() => tail.onData({ rows: [rowAt(153), rowAt(152)] }));
    expect(scroller().scrollTop).toBe(32 * 36);
  });

  it('stays when the rows are fetched again', async () => {
    giveHeights();
    open();
    await screen.findByText('job 150');
    scrollTo(40);
    await waitFor(() => expect(foot()).toContain('120 of 150 jobs loaded'));
    scrollTo(80);
    await waitFor(() => expect(foot()).toBe('150 jobs loaded'));
    requests = [];
    scroller().scrollTop = 0; // A browser does this while there are no rows.
    await act(() => queryClient.resetQueries());
    await waitFor(() => expect(scroller().scrollTop).toBe(80 * 36));
    expect(pages()).toBeGreaterThan(1);
  });

  it('is forgotten with other rows', async () => {
    giveHeights();
    open();
    await screen.findByText('job 150');
    scrollTo(40);
    fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    await waitFor(() => expect(scroller().scrollTop).toBe(0));
  });
});

it('keeps its rows when a page fails, and does not ask again by itself', async () => {
  open();
  await screen.findByText('job 150');
  respond = () => ({ errors: [{ message: 'statement timeout' }] });
  scrollTo(40);
  await screen.findByText(/Not up to date: statement timeout/);
  expect(foot()).toContain('60 of 150 jobs loaded');
  scrollTo(45);
  scrollTo(50);
  await act(async () => {});
  expect(pages()).toBe(2);
});

it('says what failed where there are no rows, and retries on request', async () => {
  const working = respond;
  respond = () => ({ errors: [{ message: 'no such table' }] });
  open();
  expect(await screen.findByRole('alert')).toHaveProperty('textContent', expect.stringContaining('no such table'));
  respond = working;
  fireEvent.click(screen.getByRole('button', { name: /Try again/ }));
  await screen.findByText('job 150');
});

it('marks the total while it counts again', async () => {
  open();
  await waitFor(() => expect(screen.getByRole('heading').textContent).toBe('Jobs 150'));
  let finish: (response: unknown) => void = () => {};
  respond = (query, variables) => (query === 'count' ? new Promise((resolve) => (finish = resolve)) : pageOf(variables));
  act(() => {
    window.history.pushState(null, '', '/jobs?from=now-1h');
    window.dispatchEvent(new PopStateEvent('popstate'));
  });
  await waitFor(() => expect(screen.getByRole('heading').querySelector('[aria-busy="true"]')?.textContent).toBe('150'));
  await act(async () => finish({ data: { count: 7 } }));
  await waitFor(() => expect(screen.getByRole('heading').querySelector('[aria-busy="false"]')?.textContent).toBe('7'));
});

it('does not count for a text search: the total is known once everything was searched', async () => {
  let finish: (response: unknown) => void = () => {};
  respond = () => (pages() === 1 ? { data: { rows: stored.slice(0, 3) } } : new Promise((resolve) => (finish = resolve)));
  open('?q=x');
  await screen.findByText('job 150');
  expect(screen.getByRole('heading').textContent).toBe('Jobs ');
  expect(foot()).toContain('searched back to');
  respond = () => ({ data: { rows: [] } });
  await act(async () => finish({ data: { rows: [] } }));
  await waitFor(() => expect(screen.getByRole('heading').textContent).toBe('Jobs 3'));
  expect(requests.some(({ query }) => query === 'count')).toBe(false);
});

it('puts rows that arrive first, replaces rows that change, and counts them', async () => {
  open('?live=1');
  await screen.findByText('job 150');
  expect(tail.enabled).toBe(true);
  act(() => tail.onData({ rows: [rowAt(149, 'changed'), rowAt(152), rowAt(151)] }));
  expect(shownNames().slice(0, 4)).toEqual(['job 152', 'job 151', 'job 150', 'changed']);
  expect(screen.getAllByRole('row').filter((row) => row.dataset.tone === 'fresh')).toHaveLength(3);
  expect(foot()).toContain('3 live');
});

it('keeps every row of frames that come before the page renders', async () => {
  open('?live=1');
  await screen.findByText('job 150');
  act(() => {
    for (let second = 151; second <= 1300; second += 50) tail.onData({ rows: Array.from({ length: 50 }, (_, place) => rowAt(second + place)) });
  });
  expect(foot()).toContain('1,150 live');
  expect(shownNames()[0]).toBe('job 1300');
});

it('polls every row once, also those of one moment', async () => {
  open('?live=1');
  await screen.findByText('job 150');
  const { created_at } = rowAt(200);
  const moment = Array.from({ length: 450 }, (_, place) => ({ ...rowAt(place), id: `new-${String(place).padStart(3, '0')}`, created_at }));
  respond = (_, variables) => {
    const after = JSON.stringify(variables.where);
    const last = /"id":\{"_gt":"([^"]+)"/.exec(after)?.[1];
    // By time alone nothing comes after the first of them.
    if (last === undefined && after.includes(created_at)) return { data: { rows: [] } };
    const start = last === undefined ? 0 : moment.findIndex(({ id }) => id === last) + 1;
    return { data: { rows: moment.slice(start, start + (variables.limit as number)) } };
  };
  requests = [];
  await act(() => tail.poll());
  expect(foot()).toContain('450 live');
  expect(pages()).toBe(3);
  await act(() => tail.poll());
  expect(foot()).toContain('450 live');
});

it('ends the tail when another order is chosen, and forgets what arrived', async () => {
  open('?live=1');
  await screen.findByText('job 150');
  act(() => tail.onData({ rows: [rowAt(151)] }));
  fireEvent.click(screen.getByRole('button', { name: 'Name' }));
  await waitFor(() => expect(tail.enabled).toBe(false));
  expect(window.location.search).toBe('?sort=-name');
  expect(foot()).not.toContain('live');
});

it('has no live tail for a time range that has ended', async () => {
  open('?live=1&to=2026-01-02T00%3A00%3A00Z&from=2026-01-01T00%3A00%3A00Z');
  await screen.findByText('job 150');
  expect(tail.enabled).toBe(false);
  expect(screen.getByRole('button', { name: 'Live' }).hasAttribute('disabled')).toBe(true);
});

describe('an export', () => {
  const order = { column: 'created_at', direction: 'desc' } as const;
  const exportOf = (count: number) => {
    const all = Array.from({ length: count }, (_, index) => rowAt(count - index));
    respond = (_, variables) => {
      const last = /"id":\{"_lt":"([^"]+)"/.exec(JSON.stringify(variables.where))?.[1];
      const start = last === undefined ? 0 : all.findIndex(({ id }) => id === last) + 1;
      return { data: { rows: all.slice(start, start + (variables.limit as number)) } };
    };
    return fetchForExport(source, order, noConditions);
  };
  it('has every row, or says that there are more', async () => {
    for (const [stored, saved, complete] of [[0, 0, true], [1000, 1000, true], [10_000, 10_000, true], [10_001, 10_000, false]] as const) {
      const exported = await exportOf(stored);
      expect([exported.rows.length, new Set(exported.rows.map(({ id }) => id)).size, exported.complete]).toEqual([saved, saved, complete]);
    }
  });
});
