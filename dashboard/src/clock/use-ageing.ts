import { useSyncExternalStore } from 'react';

// One timer for all times on a page, as long as there are any.
const everyMs = 10_000;
let ticks = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick() {
  ticks += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(tick, everyMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Renders the caller again from time to time, since "12 s ago" is soon not true any more. */
export const useAgeing = () => useSyncExternalStore(subscribe, () => ticks);
