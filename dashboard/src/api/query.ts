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

// What failed while the server was away is asked again once it is back, and everything is asked
// again when it is another server.
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

/** One operation and its answer. An earlier one stays while, or because, asking again brings none. */
export function useGraphql<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  {
    asOf,
    ...options
  }: {
    enabled?: boolean;
    refetchInterval?: number | false;
    /** Asked again when it changes, for what has no time range among its variables: useRange().now. */
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
