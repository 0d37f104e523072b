import { RootFieldsDocument } from '~/api/features.generated';
import { useServerInfo } from '~/api/info';
import { useGraphql } from '~/api/query';
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
  const fields = useGraphql(RootFieldsDocument, {});
  return (
    <>
      <PageHeader title="Replication" />
      <QueryView query={fields} what="The server’s features" loading={<Skeleton height={160} />}>
        {({ __type }) => (__type?.fields?.some(({ name }) => name === 'replication_stores') ? <CentralDatabase /> : <Edge />)}
      </QueryView>
    </>
  );
}

function CentralDatabase() {
  return (
    <>
      <Edges />
      <Throughput />
      <Batches />
      <DeadLetters />
      <Inbox />
    </>
  );
}

function Edge() {
  const { now } = useRange();
  const info = useServerInfo(now);
  return (
    <QueryView query={info} what="The store" loading={<Skeleton height={160} />}>
      {(found) => (found?.backend === 'sqlite' ? <LocalStore info={found} /> : <NothingToTell />)}
    </QueryView>
  );
}

function NothingToTell() {
  return (
    <EmptyState title="This server reports nothing about replication">
      Its metadata or your role omits <code>replication_stores</code>, and it is not <code>edo serve</code> over a local
      store.
    </EmptyState>
  );
}
