import { toneOf, type Tone } from '~/domain/status';
import styles from './status.module.css';

/** Colour is never all that tells one state from another: the word stands beside the dot. */
export function StatusBadge({ status, tone = toneOf(status) }: { status: string; tone?: Tone }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      <span className={styles.dot} aria-hidden="true" />
      {status.replaceAll('_', ' ')}
    </span>
  );
}
