import { createClient, type Client } from 'graphql-ws';
import { useEffect, useState } from 'react';
import { currentEndpoint, currentHeaders, onSettingsChange } from '~/settings/settings';
import { useLatest } from '~/ui/use-latest';
import type { TypedDocument } from './client';

let client: Client | undefined;

function socketAddress(): string {
  const address = new URL(currentEndpoint(), window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

function currentClient(): Client {
  client ??= createClient({
    url: socketAddress,
    connectionParams: () => ({ headers: currentHeaders() }),
    retryAttempts: 3,
    shouldRetry: () => true,
    lazyCloseTimeout: 2000,
  });
  return client;
}

onSettingsChange(() => {
  void client?.dispose();
  client = undefined;
});

export type LiveState = 'off' | 'connecting' | 'live' | 'polling';

/**
 * Rows as the server pushes them. Where no WebSocket gets through, `poll` is called instead, once in a
 * while, for as long as it is needed.
 */
export function useLive<Result, Variables extends Record<string, unknown>>(options: {
  enabled: boolean;
  document: TypedDocument<Result, Variables>;
  variables: () => Variables;
  onData: (result: Result) => void;
  poll: () => Promise<void>;
  pollSeconds?: number;
  /** Begins anew when it changes. */
  key: string;
}): LiveState {
  const { enabled, key, pollSeconds = 2 } = options;
  const latest = useLatest(options);
  const [state, setState] = useState<Exclude<LiveState, 'off'>>('connecting');

  useEffect(() => {
    if (!enabled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const poll = async () => {
      setState('polling');
      await latest.current.poll().catch(() => undefined); // The banner tells; the next turn tries again.
      if (!ended) timer = setTimeout(() => void poll(), pollSeconds * 1000);
    };
    const { document, variables } = latest.current;
    const stopListening = currentClient().on('connected', () => setState('live'));
    const stop = currentClient().subscribe<Result>(
      { query: document.toString(), variables: variables() },
      {
        next: ({ data }) => {
          setState('live');
          if (data) latest.current.onData(data);
        },
        error: () => !ended && void poll(),
        complete: () => !ended && void poll(),
      },
    );
    return () => {
      ended = true;
      clearTimeout(timer);
      stopListening();
      stop();
      setState('connecting');
    };
  }, [enabled, key, pollSeconds, latest]);

  return enabled ? state : 'off';
}
