import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { executeBatch } from '~/api/client';
import { timelessKey, useLastResult } from '~/api/last-result';
import { useGraphql } from '~/api/query';
import { Legend, TimeChart } from '~/charts/time-chart';
import { formatDuration } from '~/format/duration';
import { useRange } from '~/url/range-context';
import { Panel } from '~/ui/panel';
import { EmptyState, Note, QueryView, Skeleton } from '~/ui/state';
import { bucketsOf, type Bucket } from '~/domain/buckets';
import { hourlyDurations } from '~/domain/figures';
import { AnalyticsHoursDocument } from './analytics.generated';
import { dimensions, maxExact, whereOf, type Dimension } from './dimensions';
import { p95Of, runsOfAll, type Runs } from '~/domain/runs';
import styles from './analytics.module.css';

interface TrendProps {
  dimension: Dimension;
  name: string | undefined;
  /** How many ran in the range. */
  total: number;
}

const height = 180;
const outcomes = [
  { label: 'Failed', color: 'var(--failure-chart)' },
  { label: 'Other', color: 'var(--success-chart)' },
];
const durations = [
  { label: 'Average', color: 'var(--series-2)' },
  { label: 'p95', color: 'var(--series-1)' },
];

interface Point extends Runs {
  p95?: number | null;
}

/** How often and how long, over time. */
export function Trends({ dimension, name, total }: TrendProps) {
  const { range, resolved, setRange } = useRange();
  const buckets = useMemo(() => bucketsOf(resolved), [resolved]);
  const exact = total <= maxExact;
  const query = useQuery({
    queryKey: ['analytics-trend', dimension, name, buckets, exact],
    queryFn: async ({ signal }) => ({ buckets, points: await fetchPoints(dimension, name, buckets, exact, signal) }),
    placeholderData: keepPreviousData,
  });
  const latest = { ...query, data: useLastResult(query.data, query.isPlaceholderData, timelessKey([dimension, name, range])) };
  const onSelect = (from: number, to: number) =>
    setRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const hourly = !exact && dimension === 'function';
  const subject = name === undefined ? `All ${dimensions[dimension].title.toLowerCase()}` : name;
  return (
    <div className={styles.pair}>
      <Panel title={<>{subject} <span className="muted">over time</span></>} aside={<Legend series={outcomes} />}>
        <QueryView query={latest} what="Runs over time" loading={<Skeleton height={height} />}>
          {(data) => <Outcomes {...data} onSelect={onSelect} />}
        </QueryView>
      </Panel>
      <Panel title={dimensions[dimension].duration} aside={<Legend series={exact || hourly ? durations : durations.slice(0, 1)} />}>
        {hourly ? (
          <HourlyDurations name={name} onSelect={onSelect} />
        ) : (
          <QueryView query={latest} what="Durations over time" loading={<Skeleton height={height} />}>
            {(data) => (
              <>
                <Durations {...data} exact={exact} onSelect={onSelect} />
                {!exact && <Note>Too many runs to compute the p95; choose a shorter time range, or one entry below.</Note>}
              </>
            )}
          </QueryView>
        )}
      </Panel>
    </div>
  );
}

async function fetchPoints(
  dimension: Dimension, name: string | undefined, buckets: readonly Bucket[], exact: boolean, signal: AbortSignal,
): Promise<Point[]> {
  const { runs, spread } = dimensions[dimension];
  const variables = buckets.map(({ from, to }) => ({
    where: whereOf(dimension, name, { _gte: new Date(from).toISOString(), _lt: new Date(to).toISOString() }),
  }));
  const [counted, spreads] = await Promise.all([
    executeBatch(runs, variables, signal),
    exact ? executeBatch(spread, variables, signal) : undefined,
  ]);
  return counted.map((result, index) => ({
    ...runsOfAll(result.runs.group_by),
    p95: spreads && p95Of(spreads[index]!.spread.group_by),
  }));
}

interface ChartProps {
  buckets: readonly Bucket[];
  points: readonly Point[];
  onSelect: (from: number, to: number) => void;
}

function Outcomes({ buckets, points, onSelect }: ChartProps) {
  const times = useMemo(() => buckets.map(({ from }) => from), [buckets]);
  const series = useMemo(
    () => [
      { ...outcomes[0]!, values: points.map(({ failed }) => failed) },
      { ...outcomes[1]!, values: points.map(({ runs, failed }) => runs - failed) },
    ],
    [points],
  );
  if (points.every(({ runs }) => runs === 0)) return <EmptyState title="No runs in this time range">Choose a longer time range above.</EmptyState>;
  return <TimeChart label="Runs over time" kind="bars" sync="analytics" {...{ times, series, height, onSelect }} />;
}

function Durations({ buckets, points, exact, onSelect }: ChartProps & { exact: boolean }) {
  const times = useMemo(() => buckets.map(({ from }) => from), [buckets]);
  const series = useMemo(() => {
    const average = { ...durations[0]!, values: points.map(({ averageMs }) => averageMs) };
    return exact ? [average, { ...durations[1]!, values: points.map(({ p95 }) => p95 ?? null) }] : [average];
  }, [points, exact]);
  if (points.every(({ averageMs }) => averageMs === null)) return <EmptyState title="No run ended in this time range" />;
  return <TimeChart label="Durations over time" kind="lines" sync="analytics" format={formatDuration} {...{ times, series, height, onSelect }} />;
}

/** The hourly figures, which exist for any number of runs. */
function HourlyDurations({ name, onSelect }: Pick<ChartProps, 'onSelect'> & { name: string | undefined }) {
  const { resolved } = useRange();
  const query = useGraphql(AnalyticsHoursDocument, {
    where: {
      hour_bucket: { _gte: new Date(resolved.from).toISOString(), _lt: new Date(resolved.to).toISOString() },
      ...(name === undefined ? {} : { source_function: { _eq: name } }),
    },
  });
  const hours = useMemo(() => hourlyDurations(query.data?.metrics_hourly ?? []), [query.data]);
  const times = useMemo(() => hours.map(({ at }) => at), [hours]);
  const series = useMemo(
    () => [
      { ...durations[0]!, values: hours.map(({ average }) => average) },
      { ...durations[1]!, values: hours.map(({ p95 }) => p95) },
    ],
    [hours],
  );
  return (
    <QueryView query={query} what="Durations over time" loading={<Skeleton height={height} />}>
      {() => (
        <>
          <TimeChart label="Durations over time" kind="lines" sync="analytics" format={formatDuration} {...{ times, series, onSelect }} height={height - 26} />
          <Note>From hourly figures{name === undefined && ', weighted by how often each function ran'}.</Note>
        </>
      )}
    </QueryView>
  );
}
