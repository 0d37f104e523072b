import { useQuery } from '@tanstack/react-query';
import { currentEndpoint, currentHeaders } from '~/settings/settings';
import { ApiError } from './error';

/** What /edo/info of `edo serve` reports about the server and its database. */
export interface ServerInfo {
  version: string;
  backend: 'sqlite' | 'postgres';
  capabilities: { graphql: boolean; subscriptions: boolean; sql: boolean };
  /** Of a local store. */
  store?: string;
  store_bytes?: number;
  wal_bytes?: number;
  store_id?: string;
  host_label?: string;
  schema_version?: number;
  /** Of the central database. */
  database?: string;
  database_bytes?: number;
  replication: StoreReplication | FleetReplication | null;
}

export interface StoreReplication {
  pending_changes: number;
  pending_rows: number;
  pending_bytes: number;
  oldest_pending_seconds: number | null;
  watermark: number;
  newest_seq: number;
}

export interface FleetReplication {
  stores: {
    store_id: string;
    host_label: string | null;
    last_seen_at: string | null;
    silent_seconds: number | null;
    pending_changes: number | null;
    dead_letters: number;
    newest_dead_letter: string | null;
    inbox_pending: number;
    inbox_failed: number;
  }[];
}

/** A URL on the server that answers GraphQL. */
export const serverAddress = (path: string) => new URL(path, new URL(currentEndpoint(), window.location.href));

/** Null if the server is not `edo serve`, for example a Hasura, or does not report to this role. */
async function fetchInfo(signal: AbortSignal): Promise<ServerInfo | null> {
  const address = serverAddress('/edo/info');
  const response = await fetch(address, { headers: currentHeaders(), signal }).catch(() => undefined);
  if (!response) throw new ApiError('network', `No answer from ${address.href}`);
  const body = (await response.json().catch(() => null)) as ServerInfo | { error: unknown } | null;
  return response.ok && body && 'backend' in body ? body : null;
}

export function useServerInfo(asOf?: number) {
  return useQuery({
    queryKey: ['info', asOf],
    queryFn: ({ signal }) => fetchInfo(signal),
    placeholderData: (before) => before,
  });
}
