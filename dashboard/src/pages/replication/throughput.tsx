import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { executeBatch } from '~/api/client';
import { timelessKey, useLastResult } from '~/api/last-result';
import { Legend, TimeChart, type Series } from '~/charts/time-chart';
import { formatDuration } from '~/format/duration';
import { formatShort } from '~/format/number';
import { useRange } from '~/url/range-context';
import { Panel } from '~/ui/panel';
import { EmptyState, QueryView, Skeleton } from '~/ui/state';
import { bucketsOf, type Bucket } from '~/domain/buckets';
import { ReplicationBucketDocument, type ReplicationBucketQuery } from './replication.generated';
import styles from './replication.module.css';

type Figures = ReplicationBucketQuery['replication_batches_aggregate']['aggregate'];

const rowsLook = { label: 'Rows', color: 'var(--series-2)' };
const applyLook = { label: 'Average', color: 'var(--series-1)' };

/** How many rows arrived, and how long the central database took for a batch. */
export function Throughput() {
  const { range, resolved, setRange } = useRange();
  const buckets = useMemo(() => bucketsOf(resolved), [resolved]);
  const query = useQuery({
    queryKey: ['replication-buckets', buckets],
    queryFn: async ({ signal }) => ({ buckets, figures: await fetchBuckets(buckets, signal) }),
    placeholderData: keepPreviousData,
  });
  const latest = { ...query, data: useLastResult(query.data, query.isPlaceholderData, timelessKey(range)) };
  const zoom = (from: number, to: number) =>
    setRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  return (
    <div className={styles.pair}>
      <Panel title="Received rows" aside={<Legend series={[rowsLook]} />}>
        <QueryView query={latest} what="Received rows" loading={<Skeleton height={160} />}>
          {(data) => <Chart {...data} kind="bars" look={rowsLook} valueOf={(figures) => figures?.sum?.rows ?? 0} format={formatShort} onSelect={zoom} />}
        </QueryView>
      </Panel>
      <Panel title="Time to apply a batch" aside={<Legend series={[applyLook]} />}>
        <QueryView query={latest} what="Time to apply a batch" loading={<Skeleton height={160} />}>
          {(data) => <Chart {...data} kind="lines" look={applyLook} valueOf={(figures) => figures?.avg?.apply_ms ?? null} format={formatDuration} onSelect={zoom} />}
        </QueryView>
      </Panel>
    </div>
  );
}

async function fetchBuckets(buckets: readonly Bucket[], signal: AbortSignal): Promise<Figures[]> {
  const variables = buckets.map(({ from, to }) => ({
    where: { applied_at: { _gte: new Date(from).toISOString(), _lt: new Date(to).toISOString() } },
  }));
  const results = await executeBatch(ReplicationBucketDocument, variables, signal);
  return results.map((result) => result.replication_batches_aggregate.aggregate);
}

interface ChartProps {
  buckets: readonly Bucket[];
  figures: readonly Figures[];
  kind: 'bars' | 'lines';
  look: Omit<Series, 'values'>;
  valueOf: (figures: Figures) => number | null;
  format: (value: number | null | undefined) => string;
  onSelect: (from: number, to: number) => void;
}

function Chart({ buckets, figures, kind, look, valueOf, format, onSelect }: ChartProps) {
  if (figures.every((each) => !each?.count)) return <EmptyState title="No batches in this time range" />;
  return (
    <TimeChart
      label={`${look.label} over time`}
      height={160}
      sync="replication"
      times={buckets.map(({ from }) => from)}
      series={[{ ...look, values: figures.map(valueOf) }]}
      {...{ kind, format, onSelect }}
    />
  );
}
