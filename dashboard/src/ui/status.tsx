import { toneOf, type Tone } from '~/domain/status';
import styles from './status.module.css';

/** A state as a dot and a word, so that nobody needs to recognise the colour. */
export function StatusBadge({ status, tone = toneOf(status) }: { status: string; tone?: Tone }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      <span className={styles.dot} aria-hidden="true" />
      {status.replaceAll('_', ' ')}
    </span>
  );
}
