import { useHasField } from '~/api/features';
import { useMetrics, type Sample } from '~/api/metrics';
import { useGraphql } from '~/api/query';
import { formatBytes, formatCount } from '~/format/number';
import { formatDuration } from '~/format/duration';
import { formatAgo, toMs } from '~/format/time';
import { useRange } from '~/url/range-context';
import { Panel } from '~/ui/panel';
import { Note, QueryView, Skeleton } from '~/ui/state';
import { OverviewFleetDocument, type OverviewFleetQuery } from './overview.generated';
import styles from './overview.module.css';

// An edge says something at least this often, if only that it has nothing to send.
const silentAfterMs = 15 * 60_000;

/** How the system itself is: the store here, the edges at the centre. */
export function Health() {
  const { now } = useRange();
  const hasFleet = useHasField('replication_stores');
  const metrics = useMetrics(now);
  return (
    <Panel title="Health">
      <QueryView query={metrics} what="Health of the store" loading={<Skeleton height={60} />}>
        {(samples) => (samples === null ? <Note>This server has no metrics of a store.</Note> : <Store samples={samples} />)}
      </QueryView>
      {hasFleet && <Fleet now={now} />}
    </Panel>
  );
}

const gauges: { name: RegExp; label: string; format: (value: number) => string; worryAbove?: number }[] = [
  { name: /store_bytes$/, label: 'Store', format: formatBytes },
  { name: /wal_bytes$/, label: 'Write-ahead log', format: formatBytes, worryAbove: 64e6 },
  { name: /pending_changes$/, label: 'Not yet replicated', format: (value) => `${formatCount(value)} changes` },
  { name: /oldest_change_age_seconds$/, label: 'Replication lag', format: (value) => formatDuration(value * 1000), worryAbove: 600 },
  { name: /dropped_calls(_total)?$/, label: 'Calls given up', format: formatCount, worryAbove: 0 },
];

function Store({ samples }: { samples: readonly Sample[] }) {
  const lines = gauges.flatMap(({ name, label, format, worryAbove = Infinity }) => {
    const values = samples.filter((sample) => name.test(sample.name)).map(({ value }) => value);
    if (values.length === 0) return [];
    const worst = Math.max(...values);
    return [{ label, text: format(worst), worry: worst > worryAbove }];
  });
  if (lines.length === 0) return <Note>This server tells nothing about a local store.</Note>;
  return (
    <dl className={styles.facts}>
      {lines.map(({ label, text, worry }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={worry ? `${styles.warn} numeric` : 'numeric'}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Fleet({ now }: { now: number }) {
  const query = useGraphql(OverviewFleetDocument, {}, { asOf: now });
  return (
    <QueryView query={query} what="Edges">
      {({ replication_stores }) => <Edges stores={replication_stores} now={now} />}
    </QueryView>
  );
}

function Edges({ stores, now }: { stores: OverviewFleetQuery['replication_stores']; now: number }) {
  const silent = stores.filter((store) => now - toMs(store.last_seen_at) > silentAfterMs);
  const waiting = stores.reduce((sum, store) => sum + (store.pending_changes ?? 0), 0);
  const dead = stores.reduce((sum, store) => sum + (store.dead_letters_aggregate.aggregate?.count ?? 0), 0);
  const names = silent.slice(0, 3).map((store) => `${store.host_label}, ${formatAgo(store.last_seen_at, now)}`);
  return (
    <dl className={styles.facts}>
      <div>
        <dt>Edges</dt>
        <dd className="numeric">{formatCount(stores.length)}</dd>
      </div>
      <div>
        <dt>Silent for 15 minutes</dt>
        <dd className={silent.length > 0 ? styles.warn : undefined} title={names.join('\n')}>
          {silent.length === 0 ? 'none' : `${silent.length}: ${names[0]}`}
        </dd>
      </div>
      <div>
        <dt>Waiting at the edges</dt>
        <dd className="numeric">{formatCount(waiting)} changes</dd>
      </div>
      <div>
        <dt>Dead letters</dt>
        <dd className={dead > 0 ? `${styles.warn} numeric` : 'numeric'}>{formatCount(dead)}</dd>
      </div>
    </dl>
  );
}
