import * as Radix from '@radix-ui/react-tabs';
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './tabs.module.css';

export interface Tab<T extends string> {
  value: T;
  label: string;
  /** A figure beside the label. */
  count?: ReactNode;
}

/** Several views of one thing; one is visible. Arrow keys move between them. */
export function Tabs<T extends string>({ label, value, tabs, onChange, children }: {
  /** What a screen reader calls the row of tabs. */
  label: string;
  value: T;
  tabs: readonly Tab<T>[];
  onChange: (value: T) => void;
  children: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  // If not all tabs fit, the selected one must be visible.
  useEffect(() => {
    const shown = list.current?.querySelector<HTMLElement>('[aria-selected=true]');
    if (shown) list.current!.scrollLeft = shown.offsetLeft - (list.current!.clientWidth - shown.offsetWidth) / 2;
  }, [value]);
  return (
    <Radix.Root className={styles.root} value={value} onValueChange={(next) => onChange(next as T)}>
      <Radix.List ref={list} aria-label={label} className={styles.tabs}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value}>
            {tab.label}
            {tab.count !== undefined && <span className={styles.count}>{tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {/* The views have what takes the focus. */}
      <Radix.Content value={value} className={styles.panel} tabIndex={-1}>
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}
