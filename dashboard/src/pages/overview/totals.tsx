import { Link } from 'react-router';
import { useGraphql } from '~/api/query';
import { formatDuration } from '~/format/duration';
import { formatCount, formatRate, formatShort } from '~/format/number';
import { filterToText } from '~/filters/fields';
import { useRange } from '~/url/range-context';
import { useLink } from '~/url/state';
import { Stat, Stats } from '~/ui/panel';
import { ErrorPanel, Skeleton, StaleNote } from '~/ui/state';
import { failedStatuses } from '~/domain/status';
import { usePrevious } from '~/periods/use-previous';
import { changeOfCount } from '~/domain/change';
import { countByStatus, ended, failures, histogram, percentile, totalCount } from '~/domain/figures';
import { OverviewDurationsDocument, OverviewRunningDocument, OverviewTotalsDocument } from './overview.generated';

export const failedFilter = filterToText({ field: 'status', operator: 'is', values: failedStatuses });

export function Totals({ range }: { range: { created_at: { _gte: string; _lt?: string } } }) {
  const { now } = useRange();
  const link = useLink();
  const before = usePrevious();
  const totals = useGraphql(OverviewTotalsDocument, { range });
  const previous = useGraphql(OverviewTotalsDocument, { range: { created_at: before.where } }, { enabled: before.covered === true });
  const durations = useGraphql(OverviewDurationsDocument, { range });
  const running = useRunning(now);

  const error = totals.error ?? durations.error;
  if (error && !totals.data) return <ErrorPanel error={error} what="Totals" onRetry={() => void totals.refetch()} />;

  const counts = totals.data && countByStatus(totals.data.invocations_aggregate.group_by);
  const total = totalCount(counts ?? {});
  const totalBefore = totalCount(countByStatus(previous.data?.invocations_aggregate.group_by ?? []));
  const spread = durations.data && histogram(durations.data.invocations_aggregate.group_by);
  const loading = <Skeleton height={22} width={64} />;

  return (
    <div>
      {error && <StaleNote error={error} />}
      <Stats>
        <Stat
          label="Invocations"
          value={counts ? <span title={formatCount(total)}>{formatShort(total)}</span> : loading}
          note={
            before.covered === false ? (
              <span title={before.why}>not enough data before</span>
            ) : (
              counts && previous.data && !previous.isPlaceholderData && <Compared total={total} before={totalBefore} />
            )
          }
        />
        <Stat
          label="Success rate"
          value={counts ? formatRate(counts.completed ?? 0, ended(counts)) : loading}
          note={counts && `of ${formatShort(ended(counts))} that ended`}
        />
        <Stat
          label="Failed"
          tone={counts && failures(counts) > 0 ? 'failure' : undefined}
          value={counts ? formatShort(failures(counts)) : loading}
          note={<Link to={link('/invocations', { f: [failedFilter] })}>Show them</Link>}
        />
        <Stat
          label="Running now"
          tone="running"
          value={running.data ? formatShort(running.data.invocations_aggregate.aggregate?.count) : running.error ? '?' : loading}
          note="at this moment"
        />
        {[0.5, 0.95, 0.99].map((fraction) => (
          <Stat
            key={fraction}
            label={`p${fraction * 100} duration`}
            value={spread ? formatDuration(percentile(spread, fraction)) : durations.error ? '?' : loading}
            note={fraction === 0.5 ? 'half are faster' : `${Math.round((1 - fraction) * 100)}% are slower`}
          />
        ))}
      </Stats>
    </div>
  );
}

function Compared({ total, before }: { total: number; before: number }) {
  const change = changeOfCount(total, before, false);
  if (change === undefined || before === 0) return 'none in the period before';
  return <span title={change.why}>{change.text}{change.factor !== undefined && ' vs. the period before'}</span>;
}

/** Running invocations do not depend on the range, but every refresh fetches them. */
export function useRunning(now: number) {
  return useGraphql(OverviewRunningDocument, {}, { asOf: now, refetchInterval: 10_000 });
}
