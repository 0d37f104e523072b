import { useMemo, useState } from 'react';
import { useGraphql } from '~/api/query';
import { formatCount, formatRate, formatShort } from '~/format/number';
import { zoneLabel } from '~/format/time';
import { useSettings } from '~/settings/settings';
import { useRange } from '~/url/range-context';
import { Segmented } from '~/ui/field';
import { Panel } from '~/ui/panel';
import { EmptyState, QueryView, Skeleton } from '~/ui/state';
import { AnalyticsHourTotalsDocument } from './analytics.generated';
import { heatOf, weekdays, type HeatCell } from '~/domain/heat';
import styles from './analytics.module.css';

type Measure = 'runs' | 'failed';

const measures = [
  { value: 'runs' as const, label: 'Invocations' },
  { value: 'failed' as const, label: 'Failed' },
];

/** Runs and failures by weekday and hour. */
export function HeatMap() {
  const { resolved } = useRange();
  const { zone } = useSettings();
  const [measure, setMeasure] = useState<Measure>('runs');
  // The first hour counts as a whole, since there is one figure for each hour.
  const hour = 3_600_000;
  const query = useGraphql(AnalyticsHourTotalsDocument, {
    where: {
      hour_bucket: {
        _gte: new Date(Math.floor(resolved.from / hour) * hour).toISOString(),
        _lt: new Date(resolved.to).toISOString(),
      },
    },
  });
  return (
    <Panel
      title={<>Hours of the week <span className="muted">in {zoneLabel(zone)}</span></>}
      aside={<Segmented label="Colour by" value={measure} options={measures} onChange={setMeasure} />}
    >
      <QueryView query={query} what="Hours of the week" loading={<Skeleton height={240} />}>
        {(data) => <Grid hours={data.metrics_hourly_aggregate.group_by} {...{ zone, measure }} />}
      </QueryView>
    </Panel>
  );
}

const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;

function Grid({ hours, zone, measure }: { hours: Parameters<typeof heatOf>[0]; zone: string; measure: Measure }) {
  const rows = useMemo(() => heatOf(hours, zone), [hours, zone]);
  const most = Math.max(...rows.flat().map((cell) => valueOf(cell, measure)));
  if (hours.length === 0) return <EmptyState title="No runs in this time range">Choose a longer time range above.</EmptyState>;
  return (
    <>
      <table className={styles.heat} data-measure={measure}>
        <thead>
          <tr>
            <th scope="col"><span className="visually-hidden">Day</span></th>
            {rows[0]!.map((_cell, hour) => (
              <th key={clock(hour)} scope="col">
                <span className={hour % 3 === 0 ? undefined : 'visually-hidden'}>{hour}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, day) => (
            <tr key={weekdays[day]}>
              <th scope="row">{weekdays[day]!.slice(0, 3)}</th>
              {cells.map((cell, hour) => (
                <td
                  key={clock(hour)}
                  data-empty={cell.hours === 0 || undefined}
                  style={{ '--heat': `${most === 0 ? 0 : Math.round(6 + 94 * (valueOf(cell, measure) / most))}%` } as object}
                  title={`${weekdays[day]} ${clock(hour)}: ${describe(cell)}`}
                >
                  <span className="visually-hidden">{describe(cell)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.heatKey}>
        <span>{measure === 'runs' ? '0' : '0%'}</span>
        <span className={styles.heatScale} data-measure={measure} />
        <span>{measure === 'runs' ? `${formatShort(Math.round(most))} an hour` : `${formatShort(Math.round(most * 1000) / 10)}%`}</span>
      </p>
    </>
  );
}

/** Several weeks have the same hour several times, so it shows the average. */
const valueOf = ({ runs, failed, hours }: HeatCell, measure: Measure) =>
  measure === 'runs' ? (hours === 0 ? 0 : runs / hours) : runs === 0 ? 0 : failed / runs;

const describe = ({ runs, failed, hours }: HeatCell) =>
  hours === 0 ? 'nothing' : `${formatCount(runs)} invocations${hours > 1 ? ` in ${hours} weeks` : ''}, ${formatRate(failed, runs)} failed`;
