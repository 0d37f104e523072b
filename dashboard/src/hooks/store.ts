import { useSyncExternalStore } from 'react';

/** A value that changes outside of React, and that components follow. */
export interface Store<Value> {
  get(): Value;
  set(next: Value): void;
  /** Calls the listener after each change; returns how to stop that. */
  subscribe(listener: () => void): () => void;
}

export function createStore<Value>(first: Value): Store<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export const useStore = <Value>(store: Store<Value>) => useSyncExternalStore(store.subscribe, store.get);
