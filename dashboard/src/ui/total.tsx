import { formatCount } from '~/format/number';
import styles from './total.module.css';

/** How many there are, beside a title; `stale` while they are being counted anew. */
export function Total({ value, stale }: { value: number | undefined; stale: boolean }) {
  if (value === undefined) return null;
  return (
    <span className={styles.total} aria-busy={stale}>
      {formatCount(value)}
    </span>
  );
}
