import { useSyncExternalStore } from 'react';
import { useSettings } from '~/settings/settings';

const media = typeof matchMedia === 'undefined' ? undefined : matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void) {
  media?.addEventListener('change', listener);
  return () => media?.removeEventListener('change', listener);
}

/** The current theme. Canvases are drawn again when it changes. */
export function useThemeKey(): 'light' | 'dark' {
  const { theme } = useSettings();
  const dark = useSyncExternalStore(subscribe, () => media?.matches ?? false);
  return theme === 'system' ? (dark ? 'dark' : 'light') : theme;
}
