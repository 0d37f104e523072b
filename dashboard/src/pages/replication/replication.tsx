import { useHasField } from '~/api/features';
import { useServerInfo } from '~/api/info';
import { useRange } from '~/url/range-context';
import { PageHeader } from '~/ui/panel';
import { EmptyState, QueryView, Skeleton } from '~/ui/state';
import { Batches } from './batches';
import { DeadLetters } from './dead-letters';
import { Edges } from './edges';
import { Inbox } from './inbox';
import { LocalStore } from './local-store';
import { Throughput } from './throughput';

export default function Replication() {
  const { now } = useRange();
  const atCentre = useHasField('replication_stores');
  const info = useServerInfo(now);
  return (
    <>
      <PageHeader title="Replication" />
      {atCentre === undefined && <Skeleton height={160} />}
      {atCentre && (
        <>
          <Edges />
          <Throughput />
          <Batches />
          <DeadLetters />
          <Inbox />
        </>
      )}
      {atCentre === false && (
        <QueryView query={info} what="The store">
          {(found) => (found?.backend === 'sqlite' ? <LocalStore info={found} /> : <NothingToTell />)}
        </QueryView>
      )}
    </>
  );
}

function NothingToTell() {
  return (
    <EmptyState title="This server tells nothing about replication">
      Its metadata or your role leaves out <code>replication_stores</code>, and it is no <code>edo serve</code> over a local
      store.
    </EmptyState>
  );
}
