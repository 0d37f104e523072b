import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatShort } from '~/format/number';
import { formatTime } from '~/format/time';
import { useSettings } from '~/settings/settings';
import { resolveColor } from './colors';
import { stack, type Values } from './stack';
import { useLatest } from '~/hooks/use-latest';
import { useThemeKey } from './use-theme-key';
import styles from './time-chart.module.css';

export interface Series {
  label: string;
  values: Values;
  /** A CSS colour, such as 'var(--success-chart)'. */
  color: string;
}

interface TimeChartProps {
  /** What a screen reader calls the chart. */
  label: string;
  /** Milliseconds, ascending. */
  times: readonly number[];
  series: readonly Series[];
  /** Drawn over the series as a dashed line: the period before. */
  before?: Values;
  /** Bars are stacked, lines and areas are not. */
  kind: 'bars' | 'lines' | 'areas';
  format?: (value: number | null | undefined) => string;
  height?: number;
  /** Charts with the same name share the time under the pointer. */
  sync?: string;
  /** Called with the range that the user drags over. */
  onSelect?: (from: number, to: number) => void;
}

interface Hover {
  index: number;
  /** Pixels from the left, and the width. */
  left: number;
  width: number;
}

/** A chart of values over time. */
export function TimeChart(props: TimeChartProps) {
  const { label, times, series, before, kind, format = formatShort, height = 180 } = props;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [hover, setHover] = useState<Hover>();
  const theme = useThemeKey();
  const { zone } = useSettings();
  const latest = useLatest(props);

  const data = useMemo(() => plotData(times, series, before, kind), [times, series, before, kind]);
  const latestData = useLatest(data);
  // A new plot is created only when its appearance changes; new values are passed to the existing one.
  const looks = JSON.stringify([series.map(({ label: name, color }) => [name, color]), before !== undefined, kind, height, theme, zone]);

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const made = new uPlot(plotOptions(element.clientWidth, latest.current, zone, setHover), latestData.current, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: latest.current.height ?? 180 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [looks, zone, latest, latestData]);

  useEffect(() => plot.current?.setData(data), [data]);

  const told = before ? [...series, { ...beforeLook, values: before }] : series;
  return (
    <figure className={styles.figure} role="img" aria-label={describe(label, told, format)}>
      <div ref={holder} style={{ height }} />
      {hover && times[hover.index] !== undefined && (
        <Tooltip hover={hover} series={told} {...{ times, format }} />
      )}
    </figure>
  );
}

const beforeLook = { label: 'The period before', color: 'var(--text-muted)' };

function plotData(times: readonly number[], series: readonly Series[], before: Values | undefined, kind: TimeChartProps['kind']): uPlot.AlignedData {
  const seconds = times.map((ms) => ms / 1000);
  const values = series.map((one) => one.values as (number | null)[]);
  // Draws the whole stack first and the lower parts over it.
  return [seconds, ...(kind === 'bars' ? stack(values).reverse() : values), ...(before ? [before as (number | null)[]] : [])];
}

function plotOptions(width: number, props: TimeChartProps, zone: string, onHover: (hover: Hover | undefined) => void): uPlot.Options {
  const { series, kind, height = 180, sync, format = formatShort } = props;
  const color = {
    text: resolveColor('var(--text-muted)'),
    grid: resolveColor('var(--border)'),
  };
  const axis = { stroke: color.text, font: '11px system-ui, sans-serif', ticks: { show: false }, gap: 4 };
  const drawn = series.map((one) => drawnSeries(one, kind));
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => inZone(seconds, zone),
    cursor: {
      y: false,
      points: { show: kind !== 'bars', size: 6 },
      drag: { x: Boolean(props.onSelect), y: false, setScale: false },
      sync: sync ? { key: sync } : undefined,
    },
    scales: {
      x: { time: true },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 70,
        size: 24,
        values: (_plot, splits) => timeLabels(splits.map((second) => second * 1000), zone),
      },
      {
        ...axis,
        grid: { stroke: color.grid, width: 1 },
        space: 36,
        size: (plot, values) => Math.max(32, ...(values ?? []).map((text) => text.length * 6.4 + 12), plot.axes.length),
        values: (_plot, splits) => splits.map((value) => format(value).replace(/\.0+(?= )/, '')),
      },
    ],
    series: [{}, ...(kind === 'bars' ? drawn.reverse() : drawn), ...(props.before ? [{ ...drawnSeries(beforeLook, 'lines'), dash: [4, 3] }] : [])],
    hooks: {
      setCursor: [
        (plot) => {
          const { idx, left } = plot.cursor;
          const outside = idx == null || left == null || left < 0;
          onHover(outside ? undefined : { index: idx, left: left + plot.bbox.left / devicePixelRatio, width: plot.width });
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected < 4) return;
          const at = (x: number) => Math.round(plot.posToVal(x, 'x') * 1000);
          props.onSelect?.(at(left), at(left + selected));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function drawnSeries({ label, color }: Omit<Series, 'values'>, kind: TimeChartProps['kind']): uPlot.Series {
  const stroke = resolveColor(color);
  if (kind === 'bars') {
    return { label, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.78, 28], align: 1, radius: 0.12 }) };
  }
  return {
    label,
    stroke,
    width: 1.6,
    spanGaps: true,
    points: { show: false },
    fill: kind === 'areas' ? resolveColor(`color-mix(in srgb, ${color} 16%, transparent)`) : undefined,
  };
}

/** Times of day, and the date where a day begins or the labels are days apart. */
function timeLabels(splits: readonly number[], zone: string): string[] {
  const step = splits.length > 1 ? splits[1]! - splits[0]! : 0;
  return splits.map((ms) => {
    const [day, clock] = formatTime(ms, { ms: false, zone }).split(' ') as [string, string];
    if (clock === '00:00:00' || step >= 86_400_000) return day.slice(5);
    return step < 60_000 ? clock : clock.slice(0, 5);
  });
}

/** uPlot labels an axis in the zone of the date that it is given. */
const inZone = (seconds: number, zone: string) =>
  zone === 'local' ? new Date(seconds * 1000) : uPlot.tzDate(new Date(seconds * 1000), zone);

function describe(label: string, series: readonly Series[], format: (value: number) => string): string {
  const parts = series.map(({ label: name, values }) => {
    const known = values.filter((value) => value != null);
    return known.length === 0 ? `${name}: no values` : `${name}: ${format(Math.min(...known))} to ${format(Math.max(...known))}`;
  });
  return `${label}. ${parts.join('; ')}`;
}

function Tooltip({
  hover, times, series, format,
}: { hover: Hover } & Required<Pick<TimeChartProps, 'times' | 'series' | 'format'>>) {
  const onLeft = hover.left > hover.width / 2;
  return (
    <div className={styles.tooltip} style={onLeft ? { right: hover.width - hover.left + 10 } : { left: hover.left + 10 }}>
      <p className="muted numeric">{formatTime(times[hover.index]!, { ms: false })}</p>
      {series.map(({ label, color, values }) => (
        <p key={label} className={styles.entry}>
          <span className={styles.swatch} style={{ background: color }} />
          {label}
          <span className="numeric">{format(values[hover.index])}</span>
        </p>
      ))}
    </div>
  );
}

export function Legend({ series }: { series: readonly Pick<Series, 'label' | 'color'>[] }) {
  return (
    <ul className={styles.legend} aria-label="Legend">
      {series.map(({ label, color }) => (
        <li key={label} className={styles.entry}>
          <span className={styles.swatch} style={{ background: color }} />
          {label}
        </li>
      ))}
    </ul>
  );
}
