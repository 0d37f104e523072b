import { Link } from 'react-router';
import { useGraphql } from '~/api/query';
import { firstFailure } from '~/domain/why';
import { nameText } from '~/format/text';
import { formatDuration } from '~/format/duration';
import { formatCount } from '~/format/number';
import { toMs } from '~/format/time';
import { filterToText } from '~/filters/fields';
import { useRange } from '~/url/range-context';
import { useLink } from '~/url/state';
import { Panel } from '~/ui/panel';
import { EmptyState, QueryView } from '~/ui/state';
import { failedStatuses } from '~/domain/status';
import { StatusBadge } from '~/ui/status';
import { Time } from '~/ui/values';
import { OverviewFailuresDocument } from './overview.generated';
import { failedFilter, useRunning } from './totals';
import styles from './overview.module.css';

const runningFilter = filterToText({ field: 'status', operator: 'is', values: ['running'] });

export function RunningNow() {
  const { now, resolved, range } = useRange();
  const link = useLink();
  const query = useRunning(now);
  const count = query.data?.invocations_aggregate.aggregate?.count ?? 0;
  // What runs may have begun before the time range.
  const oldest = query.data?.oldest[0]?.created_at;
  const all = { f: [runningFilter], from: oldest && toMs(oldest) < resolved.from ? oldest : range.from, to: null };
  return (
    <Panel title="Running now" aside={count > 0 && <Link to={link('/invocations', all)}>{count === 1 ? 'Show it' : `All ${formatCount(count)}`}</Link>}>
      <QueryView query={query} what="Running now">
        {({ invocations }) =>
          invocations.length === 0 ? (
            <EmptyState title="Nothing is running" />
          ) : (
            <ul className={styles.lines}>
              {invocations.map((invocation) => (
                <li key={invocation.id}>
                  <Link className="truncate" to={link(`/invocations/${invocation.id}`)}>
                    {nameText(invocation.source_function)}
                  </Link>
                  <span className="muted numeric">for {formatDuration(Math.max(0, now - toMs(invocation.created_at)))}</span>
                  <span className={`${styles.detail} truncate`}>
                    {[invocation.source_operation, invocation.source_table].filter(Boolean).join(' ') || 'no table'}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}

export function RecentFailures({ range }: { range: { created_at: { _gte: string; _lt?: string } } }) {
  const link = useLink();
  const query = useGraphql(OverviewFailuresDocument, { range: { ...range, status: { _in: [...failedStatuses] } } });
  return (
    <Panel
      className={styles.wide}
      title="Latest failures"
      aside={<Link to={link('/invocations', { f: [failedFilter] })}>All failures</Link>}
    >
      <QueryView query={query} what="Latest failures">
        {({ invocations }) =>
          invocations.length === 0 ? (
            <EmptyState title="No failures in this time range" />
          ) : (
            <ul className={styles.lines}>
              {invocations.map((invocation) => {
                const { step, message } = firstFailure(invocation) ?? {};
                return (
                  <li key={invocation.id}>
                    <span className="truncate">
                      <StatusBadge status={invocation.status} />{' '}
                      <Link to={link(`/invocations/${invocation.id}`)}>{nameText(invocation.source_function)}</Link>{' '}
                      {step && <span className="muted">{step}</span>}
                    </span>
                    <span className="muted">
                      <Time at={invocation.created_at} />
                    </span>
                    <span className={`${styles.detail} truncate`} title={message}>
                      {message || (invocation.status === 'timeout' ? 'timed out' : 'without a message')}
                    </span>
                  </li>
                );
              })}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}
