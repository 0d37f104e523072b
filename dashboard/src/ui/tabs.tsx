import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
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
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  // If not all tabs fit, the selected one must be visible.
  useEffect(() => {
    const shown = list.current?.querySelector<HTMLElement>('[aria-selected=true]');
    if (shown) list.current!.scrollLeft = shown.offsetLeft - (list.current!.clientWidth - shown.offsetWidth) / 2;
  }, [value]);
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = (tabs.findIndex((tab) => tab.value === value) + by + tabs.length) % tabs.length;
    onChange(tabs[at]!.value);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[at]?.focus();
  };
  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className={styles.tabs}>
        {tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            aria-selected={tab.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onChange(tab.value)}
            onKeyDown={step}
          >
            {tab.label}
            {tab.count !== undefined && <span className={styles.count}>{tab.count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className={styles.panel}>
        {children}
      </div>
    </>
  );
}
