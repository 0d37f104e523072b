import { useSyncExternalStore } from 'react';
import { onSettingsChange, sessionHeaders } from '~/settings/settings';

// Whether the server refuses who asks: because nobody has logged in, or because a token has expired. It stays so until the
// headers change or a request is answered.

export interface Access {
  /** What the server says; undefined while it answers. */
  refusal: string | undefined;
}

let access: Access = { refusal: undefined };
const listeners = new Set<() => void>();

function update(refusal: string | undefined) {
  if (access.refusal === refusal) return;
  access = { refusal };
  for (const listener of listeners) listener();
}

export const accessRefused = (message: string) => update(message);
export const accessGranted = () => update(undefined);

let headers = sessionHeaders();
onSettingsChange(() => {
  if (headers !== sessionHeaders()) update(undefined);
  headers = sessionHeaders();
});

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const currentAccess = () => access;
export const useAccess = () => useSyncExternalStore(subscribe, currentAccess);
