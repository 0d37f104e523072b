import { Link } from 'react-router';
import { useGraphql } from '~/api/query';
import { firstLine } from '~/format/text';
import { formatDuration } from '~/format/duration';
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
  const { now } = useRange();
  const link = useLink();
  const query = useRunning(now);
  return (
    <Panel title="Running now" aside={<Link to={link('/invocations', { f: [runningFilter] })}>All</Link>}>
      <QueryView query={query} what="Running now">
        {({ invocations }) =>
          invocations.length === 0 ? (
            <EmptyState title="Nothing is running" />
          ) : (
            <ul className={styles.lines}>
              {invocations.map((invocation) => (
                <li key={invocation.id}>
                  <Link className="truncate" to={link(`/invocations/${invocation.id}`)}>
                    {invocation.source_function}
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
                const job = invocation.job_executions[0];
                const event = invocation.event_executions[0];
                const where = job?.job_name ?? event?.event_name;
                const message = firstLine(
                  job?.error_message ?? event?.handler_error ?? event?.detection_error ?? invocation.error_message,
                );
                return (
                  <li key={invocation.id}>
                    <span className="truncate">
                      <StatusBadge status={invocation.status} />{' '}
                      <Link to={link(`/invocations/${invocation.id}`)}>{invocation.source_function}</Link>{' '}
                      {where && <span className="muted">{where}</span>}
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
