import { config } from '~/config';
import { createStore, useStore } from '~/hooks/store';

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

/** Undefined where the browser forbids it: then even naming it throws. */
function storage(name: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return globalThis[name];
  } catch {
    return undefined;
  }
}

const local = storage('localStorage');
// Headers carry secrets, so they never outlive the tab.
const session = storage('sessionStorage');

const settings = createStore(read(local, settingsKey, defaults));
const headers = createStore(read<Record<string, string>>(session, headersKey, {}));

// Other tabs of this dashboard follow.
if (typeof window !== 'undefined') {
  window.addEventListener('storage', ({ key }) => key === settingsKey && settings.set(read(local, settingsKey, defaults)));
}

export const currentSettings = settings.get;

export function changeSettings(changes: Partial<Settings>) {
  const next = { ...settings.get(), ...changes };
  write(local, settingsKey, next);
  settings.set(next);
}

export const currentEndpoint = () => settings.get().endpoint || config.graphqlEndpoint;

export const currentHeaders = (): Record<string, string> => ({ ...config.headers, ...headers.get() });

export const sessionHeaders = headers.get;

export function changeHeaders(next: Record<string, string>) {
  write(session, headersKey, next);
  headers.set(next);
}

export const useSettings = () => useStore(settings);
export const useSessionHeaders = () => useStore(headers);

/** Of the settings or the headers. */
export function onSettingsChange(listener: () => void) {
  const stops = [settings.subscribe(listener), headers.subscribe(listener)];
  return () => stops.forEach((stop) => stop());
}

const reloadedKey = 'edo.reloaded';

/** Notes that the dashboard loads itself again. False if it has just done so: a loop, which nobody could notice without storage. */
export function mayReload(withinMs: number): boolean {
  try {
    if (Date.now() - Number(session!.getItem(reloadedKey)) < withinMs) return false;
    session!.setItem(reloadedKey, String(Date.now()));
    return true;
  } catch {
    return false;
  }
}
