import { useSyncExternalStore } from 'react';
import { config } from '~/config';

export type Theme = 'system' | 'light' | 'dark';

export interface Settings {
  theme: Theme;
  /** 'local', 'UTC' or an IANA name. */
  zone: string;
  timeStyle: 'relative' | 'absolute';
  /** Seconds between refreshes; 0 is off. */
  refresh: number;
  pageSize: number;
  /** Empty: what config.ts says. */
  endpoint: string;
}

export const defaults: Settings = {
  theme: 'system',
  zone: 'local',
  timeStyle: 'relative',
  refresh: 0,
  pageSize: 100,
  endpoint: '',
};

const settingsKey = 'edo.settings';
const headersKey = 'edo.headers';

function read<T>(storage: Storage | undefined, key: string, fallback: T): T {
  try {
    const text = storage?.getItem(key);
    return text ? { ...fallback, ...JSON.parse(text) } : fallback;
  } catch {
    return fallback; // Storage may be forbidden, or contain data of an older version.
  }
}

function write(storage: Storage | undefined, key: string, value: unknown) {
  try {
    storage?.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

const local = typeof localStorage === 'undefined' ? undefined : localStorage;
// Headers carry secrets, so they never outlive the tab.
const session = typeof sessionStorage === 'undefined' ? undefined : sessionStorage;

let settings = read(local, settingsKey, defaults);
let headers = read<Record<string, string>>(session, headersKey, {});
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function notify() {
  for (const listener of listeners) listener();
}

// Other tabs of this dashboard follow.
if (typeof window !== 'undefined') {
  window.addEventListener('storage', ({ key }) => {
    if (key !== settingsKey) return;
    settings = read(local, settingsKey, defaults);
    notify();
  });
}

export const currentSettings = () => settings;

export function changeSettings(changes: Partial<Settings>) {
  settings = { ...settings, ...changes };
  write(local, settingsKey, settings);
  notify();
}

export const currentEndpoint = () => settings.endpoint || config.graphqlEndpoint;

export const currentHeaders = (): Record<string, string> => ({ ...config.headers, ...headers });

export const sessionHeaders = () => headers;

export function changeHeaders(next: Record<string, string>) {
  headers = next;
  write(session, headersKey, headers);
  notify();
}

export const useSettings = () => useSyncExternalStore(subscribe, currentSettings);
export const useSessionHeaders = () => useSyncExternalStore(subscribe, sessionHeaders);

export function onSettingsChange(listener: () => void) {
  return subscribe(listener);
}
