import { ClockAlert, Unplug } from 'lucide-react';
import { useConnection } from '~/api/connection';
import { useClockError } from '~/clock/clock';
import { formatDuration } from '~/format/duration';
import { formatTime } from '~/format/time';
import styles from './connection-banner.module.css';

/** Shown on every page while the server does not answer, and where the clock of the browser is wrong. */
export function ConnectionBanner() {
  const { lostSince } = useConnection();
  const aheadMs = useClockError();
  return (
    <div role="status">
      {lostSince !== undefined && (
        <p className={styles.banner}>
          <Unplug aria-hidden="true" />
          No answer from the server since {formatTime(lostSince, { ms: false }).slice(11)}. What you see is from before; it is
          tried again by itself.
        </p>
      )}
      {aheadMs !== 0 && (
        <p className={styles.banner}>
          <ClockAlert aria-hidden="true" />
          The clock of this device is {formatDuration(Math.abs(aheadMs))} {aheadMs > 0 ? 'ahead of' : 'behind'} the server’s. Times and time
          ranges here follow the server.
        </p>
      )}
    </div>
  );
}
