import type { ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './bar-list.module.css';

export interface Bar {
  key: string;
  label: ReactNode;
  value: number;
  /** The text at the end of the line. */
  text: ReactNode;
  href?: string;
}

/** A ranking: the bar behind each line has the length of its value. */
export function BarList({ bars, color = 'var(--accent)', label }: { bars: readonly Bar[]; color?: string; label: string }) {
  const most = Math.max(...bars.map(({ value }) => value), 0);
  return (
    <ol className={styles.list} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.key} className={styles.line}>
          <span
            className={styles.bar}
            style={{ width: `${most > 0 ? (bar.value / most) * 100 : 0}%`, background: `color-mix(in srgb, ${color} 16%, transparent)` }}
          />
          <span className={`${styles.label} truncate`}>{bar.href ? <Link to={bar.href}>{bar.label}</Link> : bar.label}</span>
          <span className={`${styles.text} numeric`}>{bar.text}</span>
        </li>
      ))}
    </ol>
  );
}
