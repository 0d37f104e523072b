import { useHasField } from '~/api/features';
import { useServerInfo, type ServerInfo } from '~/api/info';
import { useGraphql } from '~/api/query';
import { formatBytes, formatCount, none } from '~/format/number';
import { formatDuration } from '~/format/duration';
import { formatAgo } from '~/format/time';
import { useRange } from '~/url/range-context';
import { Panel } from '~/ui/panel';
import { Note, QueryView, Skeleton } from '~/ui/state';
import { isSilent, unknownRhythmMs } from '~/domain/fleet';
import { OverviewFleetDocument, type OverviewFleetQuery } from './overview.generated';
import styles from './overview.module.css';

// Beyond this size, something probably prevents checkpoints.
const worryingWalBytes = 64e6;

/** The state of the system itself: of the local store, or of the edges at the central database. */
export function Health() {
  const { now } = useRange();
  const hasFleet = useHasField('replication_stores');
  const query = useServerInfo(now);
  return (
    <Panel title="Health">
      <QueryView query={query} what="Health of the server" loading={<Skeleton height={60} />}>
        {(info) => (
          <dl className={styles.facts}>
            {info?.backend === 'sqlite' && <Store info={info} />}
            {info?.backend === 'postgres' && <Fact label="Database" value={formatBytes(info.database_bytes)} />}
            {hasFleet && <Fleet now={now} />}
            {info && <Fact label="Server" value={`edo ${info.version}`} />}
          </dl>
        )}
      </QueryView>
      {query.data === null && !hasFleet && <Note>This server reports nothing about its store.</Note>}
    </Panel>
  );
}

function Fact({ label, value, worry = false, title }: { label: string; value: string; worry?: boolean; title?: string }) {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd className={worry ? `${styles.warn} numeric` : 'numeric'}>{value}</dd>
    </div>
  );
}

function Store({ info }: { info: ServerInfo }) {
  const waiting = info.replication && 'pending_changes' in info.replication ? info.replication : undefined;
  const lag = waiting?.oldest_pending_seconds ?? 0;
  return (
    <>
      <Fact label="Store" value={formatBytes(info.store_bytes)} title={info.store} />
      <Fact label="Write-ahead log" value={formatBytes(info.wal_bytes)} worry={(info.wal_bytes ?? 0) > worryingWalBytes} />
      {waiting && (
        <>
          <Fact
            label="Not yet shipped"
            value={waiting.pending_changes === 0 ? 'nothing' : `${formatCount(waiting.pending_rows)} rows`}
            title={`${formatCount(waiting.pending_changes)} changes, ${formatBytes(waiting.pending_bytes)}`}
          />
          <Fact
            label="Replication lag"
            value={waiting.watermark === 0 && lag > 0 ? 'never shipped' : lag > 0 ? formatDuration(lag * 1000) : none}
            worry={waiting.watermark > 0 && lag * 1000 > unknownRhythmMs}
          />
        </>
      )}
    </>
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
  const silent = stores.filter((store) => isSilent(store, now));
  const waiting = stores.reduce((sum, store) => sum + (store.pending_changes ?? 0), 0);
  const dead = stores.reduce((sum, store) => sum + (store.dead_letters_aggregate.aggregate?.count ?? 0), 0);
  const names = silent.map((store) => `${store.host_label}, ${formatAgo(store.last_seen_at, now)}`);
  return (
    <>
      <Fact label="Edges" value={formatCount(stores.length)} />
      <Fact
        label="Silent edges"
        value={silent.length === 0 ? 'none' : `${silent.length}: ${names[0]}`}
        worry={silent.length > 0}
        title={names.join('\n')}
      />
      <Fact label="Pending at the edges" value={`${formatCount(waiting)} changes`} />
      <Fact label="Dead letters" value={formatCount(dead)} worry={dead > 0} />
    </>
  );
}
