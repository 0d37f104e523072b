import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { executeBatch } from '~/api/client';
import { timelessKey, useLastResult } from '~/api/last-result';
import { useGraphql } from '~/api/query';
import { Legend, TimeChart, type Series } from '~/charts/time-chart';
import { formatDuration } from '~/format/duration';
import { plural } from '~/format/text';
import { PeriodBeforeButton, usePeriodBefore } from '~/periods/period-before';
import { useRange } from '~/url/range-context';
import { isOpenEnded } from '~/url/time-range';
import { Panel } from '~/ui/panel';
import { EmptyState, Note, QueryView, Skeleton } from '~/ui/state';
import { bucketsOf, type Bucket } from '~/domain/buckets';
import { countByStatus, type Counts, histogram, hourlyDurations, percentile, totalCount } from '~/domain/figures';
import {
  OverviewFineBucketDocument,
  OverviewHourlyDocument,
  OverviewTotalsDocument,
} from './overview.generated';
import styles from './overview.module.css';

// Up to this many invocations, every duration of every bucket is fetched, so percentiles are exact.
const maxExact = 20_000;

interface BucketFigures {
  counts: Counts;
  percentiles?: (number | null)[];
}

const fractions = [0.5, 0.95, 0.99];

async function fetchBuckets(buckets: readonly Bucket[], openEnded: boolean, fine: boolean, signal: AbortSignal) {
  const variables = buckets.map(({ from, to }, index) => {
    const last = openEnded && index === buckets.length - 1;
    const _gte = new Date(from).toISOString();
    return { range: { created_at: last ? { _gte } : { _gte, _lt: new Date(to).toISOString() } } };
  });
  if (!fine) {
    const results = await executeBatch(OverviewTotalsDocument, variables, signal);
    return results.map((result): BucketFigures => ({ counts: countByStatus(result.invocations_aggregate.group_by) }));
  }
  const results = await executeBatch(OverviewFineBucketDocument, variables, signal);
  return results.map((result): BucketFigures => {
    const groups = result.invocations_aggregate.group_by;
    const spread = histogram(groups);
    return { counts: countByStatus(groups), percentiles: fractions.map((fraction) => percentile(spread, fraction)) };
  });
}

export function Charts() {
  const { range, resolved, where, setRange } = useRange();
  const buckets = useMemo(() => bucketsOf(resolved), [resolved]);
  const totals = useGraphql(OverviewTotalsDocument, { range: { created_at: where } });
  const total = totals.data && totalCount(countByStatus(totals.data.invocations_aggregate.group_by));
  const fine = (total ?? 0) <= maxExact;
  const query = useQuery({
    queryKey: ['overview-buckets', buckets, fine],
    queryFn: async ({ signal }) => ({ buckets, figures: await fetchBuckets(buckets, isOpenEnded(range), fine, signal) }),
    placeholderData: keepPreviousData,
    enabled: total !== undefined,
  });
  const zoom = (from: number, to: number) =>
    setRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const data = useLastResult(query.data, query.isPlaceholderData, timelessKey(range));
  const error = query.error ?? (totals.data ? null : totals.error);
  const latest = { ...query, data, error };

  const before = useCountsBefore(buckets);

  return (
    <div className={styles.pair}>
      <Panel
        title="Invocations"
        aside={
          <>
            <Legend series={outcomes} />
            <PeriodBeforeButton />
          </>
        }
      >
        <QueryView query={latest} what="Invocations over time" loading={<Skeleton height={190} />}>
          {(data) => <OutcomeChart {...data} before={before} onSelect={zoom} />}
        </QueryView>
      </Panel>
      <Panel title="Duration" aside={<Legend series={fine ? exactLines : hourlyLines} />}>
        {fine ? (
          <QueryView query={latest} what="Durations over time" loading={<Skeleton height={190} />}>
            {(data) => <ExactDurations {...data} onSelect={zoom} />}
          </QueryView>
        ) : (
          <HourlyDurations onSelect={zoom} />
        )}
      </Panel>
    </div>
  );
}

/** How many there were in the parts of the period before, if they are to be drawn. */
function useCountsBefore(buckets: readonly Bucket[]): number[] | undefined {
  const { resolved } = useRange();
  const { drawn, range } = usePeriodBefore();
  const back = resolved.from - range.from;
  const query = useQuery({
    queryKey: ['overview-before', buckets, back],
    queryFn: ({ signal }) => fetchBuckets(buckets.map(({ from, to }) => ({ from: from - back, to: to - back })), false, false, signal),
    enabled: drawn,
  });
  return useMemo(() => (drawn ? query.data?.map(({ counts }) => totalCount(counts)) : undefined), [drawn, query.data]);
}

interface ChartProps {
  buckets: readonly Bucket[];
  figures: readonly BucketFigures[];
  onSelect: (from: number, to: number) => void;
}

const outcomes = [
  { label: 'Failed', color: 'var(--failure-chart)', statuses: ['failed'] },
  { label: 'Timeout', color: 'var(--warning-chart)', statuses: ['timeout'] },
  { label: 'Crashed', color: 'var(--crashed-chart)', statuses: ['crashed'] },
  { label: 'Running', color: 'var(--running-chart)', statuses: ['running'] },
  { label: 'Completed', color: 'var(--success-chart)', statuses: ['completed'] },
];

function OutcomeChart({ buckets, figures, before, onSelect }: ChartProps & { before: number[] | undefined }) {
  const times = useMemo(() => buckets.map(({ from }) => from), [buckets]);
  const series = useMemo<Series[]>(
    () =>
      outcomes.map(({ label, color, statuses }) => ({
        label,
        color,
        values: figures.map(({ counts }) => statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0)),
      })),
    [figures],
  );
  if (figures.every(({ counts }) => Object.keys(counts).length === 0)) return <NothingRan />;
  return (
    <TimeChart label="Invocations over time, by outcome" kind="bars" height={190} sync="overview" {...{ times, series, before, onSelect }} />
  );
}

function NothingRan() {
  return (
    <EmptyState title="No runs in this time range">
      Choose a longer time range above. To record something, call the plugin in a function, or try{' '}
      <code>edo demo --store telemetry.db --invocations 2000</code>.
    </EmptyState>
  );
}

const exactLines = [
  { label: 'p50', color: 'var(--series-2)' },
  { label: 'p95', color: 'var(--series-1)' },
  { label: 'p99', color: 'var(--series-3)' },
];

function ExactDurations({ buckets, figures, onSelect }: ChartProps) {
  const times = useMemo(() => buckets.map(({ from }) => from), [buckets]);
  const series = useMemo<Series[]>(
    () => exactLines.map((line, index) => ({ ...line, values: figures.map(({ percentiles }) => percentiles?.[index] ?? null) })),
    [figures],
  );
  if (figures.every(({ percentiles }) => percentiles?.[0] == null)) return <EmptyState title="No run ended in this time range" />;
  return (
    <TimeChart
      label="Duration over time"
      kind="lines"
      height={190}
      sync="overview"
      format={formatDuration}
      {...{ times, series, onSelect }}
    />
  );
}

const hourlyLines = [
  { label: 'Average', color: 'var(--series-2)' },
  { label: 'p95', color: 'var(--series-1)' },
];

/** The hourly figures, for more invocations than can be fetched one by one. */
function HourlyDurations({ onSelect }: Pick<ChartProps, 'onSelect'>) {
  const { resolved } = useRange();
  const query = useGraphql(OverviewHourlyDocument, {
    from: new Date(resolved.from).toISOString(),
    to: new Date(resolved.to).toISOString(),
  });
  const hours = useMemo(() => hourlyDurations(query.data?.dashboard_stats ?? []), [query.data]);
  const times = useMemo(() => hours.map(({ at }) => at), [hours]);
  const series = useMemo<Series[]>(
    () => [
      { ...hourlyLines[0]!, values: hours.map(({ average }) => average) },
      { ...hourlyLines[1]!, values: hours.map(({ p95 }) => p95) },
    ],
    [hours],
  );
  return (
    <QueryView query={query} what="Durations over time" loading={<Skeleton height={190} />}>
      {() => (
        <>
          <TimeChart
            label="Duration over time"
            kind="lines"
            height={164}
            sync="overview"
            format={formatDuration}
            {...{ times, series, onSelect }}
          />
          <Note>
            From {hours.length} {plural(hours.length, 'hour')} of hourly figures, weighted by how often each function ran.
          </Note>
        </>
      )}
    </QueryView>
  );
}
