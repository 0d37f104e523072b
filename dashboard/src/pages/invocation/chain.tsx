import { useMemo } from 'react';
import { useGraphql } from '~/api/query';
import { formatCount } from '~/format/number';
import { plural } from '~/format/text';
import { useLink } from '~/url/state';
import { ButtonLink } from '~/ui/button';
import { EmptyState, QueryView } from '~/ui/state';
import { useNow } from '~/clock/use-now';
import { chainBusy, chainRows, type ChainMember } from './chain-rows';
import { CorrelationChainDocument } from './invocation.generated';
import type { Invocation } from './model';
import { Waterfall } from './waterfall';
import styles from './invocation.module.css';

const most = 2000;

/** All invocations of one chain, in all functions. */
export function Chain({ invocation }: { invocation: Invocation }) {
  const { correlation_id } = invocation;
  if (!correlation_id) {
    return (
      <div className={styles.box}>
        <EmptyState title="No correlation id">If the host passes a correlation id on, this page shows the whole chain of invocations.</EmptyState>
      </div>
    );
  }
  return <Members correlation={correlation_id} id={invocation.id} />;
}

function Members({ correlation, id }: { correlation: string; id: string }) {
  const query = useGraphql(CorrelationChainDocument, { correlation });
  return (
    <QueryView query={query} what="Correlation chain">
      {({ invocations }) => <Timeline members={invocations} correlation={correlation} id={id} />}
    </QueryView>
  );
}

function Timeline({ members, correlation, id }: { members: readonly ChainMember[]; correlation: string; id: string }) {
  const link = useLink();
  const now = useNow(members.some(({ status }) => status === 'running'));
  const rows = useMemo(() => chainRows(members, now), [members, now]);
  const busy = useMemo(() => chainBusy(rows), [rows]);
  const begin = members[0] ? Date.parse(members[0].created_at) : 0;
  return (
    <>
      <div className={styles.chainHead}>
        <p className="muted">
          {members.length === most ? `The first ${formatCount(most)}` : formatCount(members.length)} {plural(members.length, 'invocation')} with the same
          correlation id. Those that a job triggered stand below the invocation that ran it.
        </p>
        <ButtonLink to={link('/invocations', { f: [`correlation:is:${correlation.replaceAll(',', '\\,')}`], from: 'now-90d' })}>Show as a list</ButtonLink>
      </div>
      <Waterfall label="Correlation chain" rows={rows} busy={busy} zero={begin} selected={id} />
    </>
  );
}
