import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useLatest } from '~/hooks/use-latest';

/** 'j', '?', 'mod+k', or two keys one after the other: 'g o'. */
export interface Shortcut {
  keys: string;
  label: string;
  group: string;
}

interface Registered extends Shortcut {
  run: React.RefObject<() => void>;
}

interface Registry {
  all: readonly Registered[];
  add(shortcut: Registered): () => void;
}

const ShortcutContext = createContext<Registry | undefined>(undefined);

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The pressed key in the form of Shortcut.keys. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.metaKey || event.ctrlKey ? `mod+${key}` : event.altKey ? `alt+${key}` : key;
}

export function ShortcutProvider({ children }: { children: ReactNode }) {
  const [all, setAll] = useState<readonly Registered[]>([]);
  const latest = useLatest(all);

  useEffect(() => {
    let first = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pressed = (event: KeyboardEvent) => {
      const key = keyName(event);
      if (event.defaultPrevented || (isTyping(event.target) && !key.startsWith('mod+'))) return;
      // While a dialog is open, its keys come first.
      if (document.querySelector('dialog[open]') && !key.startsWith('mod+')) return;
      const find = (keys: string) => latest.current.findLast((shortcut) => shortcut.keys === keys);
      const found = (first && find(`${first} ${key}`)) || find(key);
      clearTimeout(timer);
      first = '';
      if (found) {
        event.preventDefault();
        found.run.current();
      } else if (latest.current.some((shortcut) => shortcut.keys.startsWith(`${key} `))) {
        first = key;
        timer = setTimeout(() => (first = ''), 1200);
      }
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [latest]);

  const registry = useMemo<Registry>(
    () => ({
      all,
      add(shortcut) {
        setAll((before) => [...before, shortcut]);
        return () => setAll((before) => before.filter((other) => other !== shortcut));
      },
    }),
    [all],
  );
  return <ShortcutContext value={registry}>{children}</ShortcutContext>;
}

function useRegistry() {
  const registry = useContext(ShortcutContext);
  if (!registry) throw new Error('shortcuts need a ShortcutProvider around them');
  return registry;
}

/** Registers a key while the component is mounted; ? lists it. */
export function useShortcut(keys: string, label: string, group: string, run: () => void) {
  const { add } = useRegistry();
  const addOnce = useRef(add);
  const latest = useLatest(run);
  useEffect(() => addOnce.current({ keys, label, group, run: latest }), [keys, label, group, latest]);
}

export const useShortcuts = (): readonly Shortcut[] => useRegistry().all;
