import { createStore, useStore } from '~/hooks/store';
import { onSettingsChange, sessionHeaders } from '~/settings/settings';

// Whether the server refuses who asks: because nobody has logged in, or because a token has expired. It stays so
// until the headers change or a request is answered.

export interface Access {
  /** What the server says; undefined while it answers. */
  refusal: string | undefined;
}

const access = createStore<Access>({ refusal: undefined });

function update(refusal: string | undefined) {
  if (access.get().refusal !== refusal) access.set({ refusal });
}

export const accessRefused = (message: string) => update(message);
export const accessGranted = () => update(undefined);

let headers = sessionHeaders();
onSettingsChange(() => {
  if (headers !== sessionHeaders()) update(undefined);
  headers = sessionHeaders();
});

export const currentAccess = access.get;
export const useAccess = () => useStore(access);
