import { keepPreviousData, QueryClient, useQuery } from '@tanstack/react-query';
import { onSettingsChange, currentEndpoint, currentHeaders } from '~/settings/settings';
import { execute, type TypedDocument } from './client';
import { currentConnection, onConnectionChange } from './connection';
import type { ApiError } from './error';
import { timelessKey, useLastResult } from './last-result';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      gcTime: 60_000,
      refetchOnWindowFocus: false,
      networkMode: 'always', // A local server needs no network.
      retry: (count, error) => error.kind === 'network' && count < 2,
    },
  },
});

// Queries that failed while the server did not answer are repeated when it answers again. All queries are
// repeated for another server.
let wasLost = false;
onConnectionChange(() => {
  const lost = currentConnection().lostSince !== undefined;
  if (wasLost && !lost) void queryClient.invalidateQueries();
  wasLost = lost;
});
let source = JSON.stringify([currentEndpoint(), currentHeaders()]);
onSettingsChange(() => {
  const next = JSON.stringify([currentEndpoint(), currentHeaders()]);
  if (next !== source) void queryClient.resetQueries();
  source = next;
});

/** One operation and its result. The earlier result stays during a refresh, and after one that fails. */
export function useGraphql<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  {
    asOf,
    ...options
  }: {
    enabled?: boolean;
    refetchInterval?: number | false;
    /** The query is repeated when this changes. For operations without a time range: useRange().now. */
    asOf?: number;
  } = {},
) {
  const query = useQuery({
    queryKey: [document.toString(), variables, asOf],
    queryFn: ({ signal }) => execute(document, variables, signal),
    placeholderData: keepPreviousData,
    ...options,
  });
  const data = useLastResult(query.data, query.isPlaceholderData, timelessKey([document.toString(), variables]));
  return { ...query, data };
}
