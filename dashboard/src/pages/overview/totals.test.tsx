// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';
import { queryClient } from '~/api/query';
import { RangeProvider, useRange } from '~/url/range-context';
import { Totals } from './totals';

configure({ asyncUtilTimeout: 20_000 });

function Page() {
  const { where } = useRange();
  return <Totals range={{ created_at: where }} />;
}

const hour = 3_600_000;

/** The totals of the last hour, with so many runs in it and before it, of a store whose oldest run has this age. */
function show({ runs, before, age }: { runs: number; before: number; age: number | undefined }) {
  vi.stubGlobal('fetch', async (_: unknown, { body }: { body: string }) => {
    const { query, variables } = JSON.parse(body) as { query: string; variables: { range?: { created_at: { _lt?: string } } } };
    const group = (count: number) => ({ group_by: [{ group_key: { status: 'completed', total_duration_ms: 5 }, aggregate: { count } }], aggregate: { count } });
    const invocations = age === undefined ? [] : [{ created_at: new Date(Date.now() - age).toISOString() }];
    return Response.json({
      data: query.includes('RecordedSince') ? { invocations } : { invocations: [], invocations_aggregate: group(variables.range?.created_at._lt ? before : runs) },
    });
  });
  render(
    <QueryClientProvider client={queryClient}>
      <MemoryRouter initialEntries={['/?from=now-1h']}>
        <RangeProvider>
          <Page />
        </RangeProvider>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.unstubAllGlobals();
});

it.each([
  ['a store that began within the period before', { runs: 272, before: 1, age: 1.1 * hour }, 'not enough data before'],
  ['a store in which nothing has completed', { runs: 272, before: 1, age: undefined }, 'not enough data before'],
  ['few runs before', { runs: 272, before: 1, age: 9 * hour }, '1 before'],
  ['no runs before', { runs: 272, before: 0, age: 9 * hour }, 'none in the period before'],
  ['enough runs before', { runs: 272, before: 200, age: 9 * hour }, '+36% vs. the period before'],
])('with %s', async (_, store, note) => {
  show(store);
  await screen.findByText(note);
  expect(screen.queryByText(/272×/)).toBeNull();
});
