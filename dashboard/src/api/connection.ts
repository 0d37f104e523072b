import { useSyncExternalStore } from 'react';
import { currentEndpoint, currentHeaders } from '~/settings/settings';

// Whether the server answers. While it does not, it is probed with growing pauses, and listeners are
// notified when it answers again.

export interface Connection {
  lostSince: number | undefined;
}

let connection: Connection = { lostSince: undefined };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function update(lostSince: number | undefined) {
  connection = { lostSince };
  for (const listener of listeners) listener();
}

async function probe(pause: number) {
  try {
    const response = await fetch(currentEndpoint(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...currentHeaders() },
      body: '{"query":"{ __typename }"}',
    });
    if (response.status < 502 || response.status > 504) return connectionWorks();
  } catch {
    // Still no answer.
  }
  schedule(Math.min(pause * 2, 15_000));
}

function schedule(pause: number) {
  timer = setTimeout(() => void probe(pause), pause);
}

export function connectionLost() {
  if (connection.lostSince !== undefined) return;
  update(Date.now());
  schedule(1000);
}

export function connectionWorks() {
  if (connection.lostSince === undefined) return;
  clearTimeout(timer);
  update(undefined);
}

export function onConnectionChange(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const currentConnection = () => connection;
export const useConnection = () => useSyncExternalStore(onConnectionChange, currentConnection);
