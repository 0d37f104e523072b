import { now } from '~/clock/clock';
import { createStore, useStore } from '~/hooks/store';
import { currentEndpoint, currentHeaders } from '~/settings/settings';

// Whether the server answers. While it does not, it is probed with growing pauses, and listeners are
// notified when it answers again.

export interface Connection {
  lostSince: number | undefined;
}

const connection = createStore<Connection>({ lostSince: undefined });
let timer: ReturnType<typeof setTimeout> | undefined;
const isLost = () => connection.get().lostSince !== undefined;

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
  if (isLost()) return;
  connection.set({ lostSince: now() });
  schedule(1000);
}

export function connectionWorks() {
  if (!isLost()) return;
  clearTimeout(timer);
  connection.set({ lostSince: undefined });
}

/** Resolves when the server answers: at once, or when it is back. */
export async function serverAnswers(): Promise<void> {
  if (await answers()) return;
  connectionLost();
  await new Promise<void>((resolve) => {
    const stop = onConnectionChange(() => {
      if (isLost()) return;
      stop();
      resolve();
    });
  });
}

export const onConnectionChange = connection.subscribe;
export const currentConnection = connection.get;
export const useConnection = () => useStore(connection);
