import type { ServerInfo } from '~/api/info';
import { formatDuration } from '~/format/duration';
import { formatBytes, formatCount, formatRate, none } from '~/format/number';
import { plural } from '~/format/text';
import { Panel, Stat, Stats } from '~/ui/panel';
import { EmptyState } from '~/ui/state';
import { Id } from '~/ui/values';
import styles from './replication.module.css';

// Beyond this size, something probably prevents checkpoints.
const worryingWalBytes = 64e6;

/** The replication state of a store. The rest is known at the central database. */
export function LocalStore({ info }: { info: ServerInfo }) {
  const waiting = info.replication && 'pending_changes' in info.replication ? info.replication : undefined;
  if (!waiting) {
    return (
      <EmptyState title="This database is not a telemetry store">
        It has no outbox, so nothing can be shipped from it.
      </EmptyState>
    );
  }
  const never = waiting.watermark === 0;
  const lagMs = waiting.oldest_pending_seconds === null ? null : waiting.oldest_pending_seconds * 1000;
  return (
    <>
      <Stats>
        <Stat
          label="Pending rows"
          value={formatCount(waiting.pending_rows)}
          note={`${formatCount(waiting.pending_changes)} ${plural(waiting.pending_changes, 'change')}, ${formatBytes(waiting.pending_bytes)}`}
        />
        <Stat label="Oldest pending" value={waiting.pending_changes === 0 ? none : formatDuration(lagMs)} note={lagNote(lagMs, never)} />
        <Stat
          label="Shipped"
          value={formatRate(waiting.watermark, waiting.newest_seq)}
          note={`${formatCount(waiting.watermark)} of ${formatCount(waiting.newest_seq)} changes`}
        />
        <Stat
          label="Write-ahead log"
          tone={(info.wal_bytes ?? 0) > worryingWalBytes ? 'failure' : undefined}
          value={formatBytes(info.wal_bytes)}
          note={(info.wal_bytes ?? 0) > worryingWalBytes ? 'something prevents checkpoints' : 'normal'}
        />
        <Stat label="Store" value={formatBytes(info.store_bytes)} note={`schema version ${info.schema_version}`} />
      </Stats>
      <div className={styles.pair}>
        <Panel title="This store">
          <dl className={styles.facts}>
            <div><dt>Label</dt><dd>{info.host_label}</dd></div>
            <div><dt>File</dt><dd className="mono">{info.store}</dd></div>
            <div><dt>Store id</dt><dd><Id id={info.store_id} whole /></dd></div>
          </dl>
        </Panel>
        <Panel title={never ? 'Ship to a central database' : 'More at the central database'}>
          <div className={styles.advice}>
            {never ? (
              <>
                <p>This store was never shipped. Nothing is lost: its changes stay pending until they are shipped.</p>
                <pre className={styles.command}>edo-replicator run --once --store {info.store} --to postgresql://edge@db.example.com/telemetry</pre>
              </>
            ) : (
              <p>
                The last contact, the batches and the dead letters of this store are shown by a server at the central database
                (<code>edo serve --postgres …</code>), and by <code>edo-replicator status --store {info.store} --to …</code>.
              </p>
            )}
          </div>
        </Panel>
      </div>
    </>
  );
}

function lagNote(lagMs: number | null, never: boolean): string {
  if (never) return 'never shipped';
  return lagMs === null ? 'everything is shipped' : 'the replication lag';
}
