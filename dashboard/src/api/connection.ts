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

/** Whether the server answers now; a proxy may answer for one that is not running. */
async function answers(): Promise<boolean> {
  try {
    const response = await fetch(currentEndpoint(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...currentHeaders() },
      body: '{"query":"{ __typename }"}',
    });
    return response.status < 502 || response.status > 504;
  } catch {
    return false;
  }
}

async function probe(pause: number) {
  if (await answers()) connectionWorks();
  else schedule(Math.min(pause * 2, 15_000));
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

/** Resolves when the server answers: at once, or when it is back. */
export async function serverAnswers(): Promise<void> {
  if (await answers()) return;
  connectionLost();
  await new Promise<void>((resolve) => {
    const stop = onConnectionChange(() => {
      if (connection.lostSince !== undefined) return;
      stop();
      resolve();
    });
  });
}

export function onConnectionChange(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const currentConnection = () => connection;
export const useConnection = () => useSyncExternalStore(onConnectionChange, currentConnection);
