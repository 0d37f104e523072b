import type { ReactNode } from 'react';
import styles from './panel.module.css';

/** A titled box. */
export function Panel({
  title,
  aside,
  children,
  flush = false,
  className,
}: {
  title?: ReactNode;
  /** Beside the title: a legend, a link, buttons. */
  aside?: ReactNode;
  children: ReactNode;
  /** The content reaches the edges, as a table does. */
  flush?: boolean;
  className?: string;
}) {
  return (
    <section className={[styles.panel, className].filter(Boolean).join(' ')}>
      {(title ?? aside) && (
        <header className={styles.header}>
          {title && <h2>{title}</h2>}
          {aside && <div className={styles.aside}>{aside}</div>}
        </header>
      )}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}

/** The heading of a page, with controls beside it. */
export function PageHeader({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <header className={styles.page}>
      <h1>{title}</h1>
      {children && <div className={styles.pageAside}>{children}</div>}
    </header>
  );
}

export function Stat({ label, value, note, tone }: { label: string; value: ReactNode; note?: ReactNode; tone?: 'failure' | 'running' }) {
  return (
    <div className={styles.stat} data-tone={tone}>
      <dt>{label}</dt>
      <dd>
        <span className={`${styles.value} numeric`}>{value}</span>
        {note && <span className={styles.note}>{note}</span>}
      </dd>
    </div>
  );
}

export function Stats({ children }: { children: ReactNode }) {
  return <dl className={styles.stats}>{children}</dl>;
}
