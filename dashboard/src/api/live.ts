import { createClient, type Client } from 'graphql-ws';
import { useEffect, useState } from 'react';
import { currentEndpoint, currentHeaders, onSettingsChange } from '~/settings/settings';
import { useLatest } from '~/hooks/use-latest';
import { fitted, learnsFrom, type Fitted, type TypedDocument } from './client';
import { keepDigits, typedData } from './json';
import { currentRoleSchema, type RoleSchema } from './role-schema';

let client: Client | undefined;
let connected = false;

function socketAddress(): string {
  const address = new URL(currentEndpoint(), window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

function currentClient(): Client {
  client ??= createClient({
    url: socketAddress,
    jsonMessageReviver: keepDigits,
    connectionParams: () => ({ headers: currentHeaders() }),
    retryAttempts: 0, // useLive polls meanwhile and subscribes again.
    on: { connected: () => (connected = true), closed: () => (connected = false) },
    lazyCloseTimeout: 2000,
  });
  return client;
}

onSettingsChange(() => {
  void client?.dispose();
  client = undefined;
});

export type LiveState = 'off' | 'connecting' | 'live' | 'polling';

const pollMs = 2000;
const retryMs = 10_000;

/**
 * Receives rows as the server pushes them. While no WebSocket connects, calls `poll` at intervals
 * instead.
 */
export function useLive<Result, Variables extends Record<string, unknown>>(options: {
  enabled: boolean;
  document: TypedDocument<Result, Variables>;
  variables: () => Variables;
  onData: (result: Result) => void;
  poll: () => Promise<void>;
  /** The subscription starts again when this changes. */
  key: string;
}): LiveState {
  const { enabled, key } = options;
  const latest = useLatest(options);
  const [state, setState] = useState<Exclude<LiveState, 'off'>>('connecting');

  useEffect(() => {
    if (!enabled) return;
    let poller: ReturnType<typeof setInterval> | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let stop = () => {};
    let ended = false;
    let asking = false;
    const poll = async () => {
      if (asking) return;
      asking = true;
      await latest.current.poll().catch(() => undefined); // The banner reports it; the next poll retries.
      asking = false;
    };
    const stopPolling = () => {
      clearInterval(poller);
      poller = undefined;
    };
    const live = () => {
      stopPolling();
      setState('live');
    };
    const fallBack = () => {
      if (ended) return;
      setState('polling');
      poller ??= setInterval(() => void poll(), pollMs);
      void poll();
      stop();
      retry = setTimeout(subscribe, retryMs);
    };
    const refused = async (failure: unknown, schema: RoleSchema | undefined) => {
      const [error] = Array.isArray(failure) ? (failure as { message: string }[]) : [];
      if (!error || !(await learnsFrom(error.message, schema))) return fallBack();
      stop();
      subscribe();
    };
    const subscribe = () => {
      const schema = currentRoleSchema();
      void fitted(latest.current.document).then((request) => subscribeTo(request, schema), fallBack);
    };
    const subscribeTo = ({ query, variables, complete }: Fitted<Variables>, schema: RoleSchema | undefined) => {
      if (ended) return;
      const socket = currentClient();
      if (connected) live();
      const stopListening = socket.on('connected', live);
      const unsubscribe = socket.subscribe<Result>(
        { query, variables: variables(latest.current.variables()) },
        {
          next: ({ data }) => {
            live();
            if (data) latest.current.onData(complete(typedData(data)));
          },
          error: (failure) => void refused(failure, schema),
          complete: fallBack,
        },
      );
      stop = () => {
        stopListening();
        unsubscribe();
      };
    };
    subscribe();
    return () => {
      ended = true;
      stopPolling();
      clearTimeout(retry);
      stop();
      setState('connecting');
    };
  }, [enabled, key, latest]);

  return enabled ? state : 'off';
}
