import { formatCount } from '~/format/number';
import styles from './total.module.css';

/** The total beside a title; `stale` while it is counted again. */
export function Total({ value, stale }: { value: number | undefined; stale: boolean }) {
  if (value === undefined) return null;
  return (
    <span className={styles.total} aria-busy={stale}>
      {formatCount(value)}
    </span>
  );
}
