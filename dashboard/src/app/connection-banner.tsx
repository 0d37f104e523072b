import { Unplug } from 'lucide-react';
import { useConnection } from '~/api/connection';
import { formatTime } from '~/format/time';
import styles from './connection-banner.module.css';

/** Shown on every page while the server does not answer. */
export function ConnectionBanner() {
  const { lostSince } = useConnection();
  return (
    <div role="status">
      {lostSince !== undefined && (
        <p className={styles.banner}>
          <Unplug aria-hidden="true" />
          No answer from the server since {formatTime(lostSince, { ms: false }).slice(11)}. What you see is from before; it is
          tried again by itself.
        </p>
      )}
    </div>
  );
}
