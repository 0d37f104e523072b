import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { useShortcut } from '~/shortcuts/shortcuts';
import { formatDuration } from '~/format/duration';
import { useLink, useUrlState } from '~/url/state';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/field';
import { useLatest } from '~/hooks/use-latest';
import { useWidth } from '~/hooks/use-width';
import type { Span } from './model';
import { domainOf, type SegmentKind, type WaterfallRow } from './rows';
import { compressedScale, compressibleGaps, linearScale, type TimeScale } from './scale';
import { Axis, Grid } from './waterfall-axis';
import { WaterfallLine } from './waterfall-line';
import page from './invocation.module.css';
import styles from './waterfall.module.css';

// On narrow screens, the bars are below the names.
const narrowWidth = 560;
const rowHeight = 28;
const narrowRowHeight = 44;

const kinds: { kind: SegmentKind; label: string }[] = [
  { kind: 'queue', label: 'Waiting' },
  { kind: 'run', label: 'Invocation' },
  { kind: 'detection', label: 'Detection' },
  { kind: 'handler', label: 'Handler' },
  { kind: 'job', label: 'Job' },
  { kind: 'triggered', label: 'Triggered' },
];

interface WaterfallProps {
  label: string;
  rows: readonly WaterfallRow[];
  /** When something runs; the pauses in between can be shortened. */
  busy: readonly Span[];
  /** Times are relative to this. */
  zero: number;
  selected?: string;
  onSelect?: (row: WaterfallRow) => void;
  onToggle?: (key: string) => void;
}

/** Any number of rows on a time axis. Up and down move between rows, left and right close and open them. */
export function Waterfall({ label, rows, busy, zero, selected, onSelect, onToggle }: WaterfallProps) {
  const url = useUrlState();
  const link = useLink();
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string>();
  const [zoom, setZoom] = useState<Span>();
  const compressing = url.get('idle') !== 'full';

  const whole = useMemo(() => domainOf(rows), [rows]);
  const domain = zoom ?? whole;
  const hasGaps = useMemo(() => compressibleGaps(domain, busy).length > 0, [domain, busy]);
  const scale = useMemo<TimeScale>(() => (compressing ? compressedScale(domain, busy) : linearScale(domain)), [compressing, domain, busy]);

  const width = useWidth(scroller);
  const narrow = width > 0 && width < narrowWidth;
  const height = narrow ? narrowRowHeight : rowHeight;
  const count = Math.max(2, Math.floor((narrow ? width : 0.7 * width) / 84));

  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]!.key,
    overscan: 16,
  });

  useEffect(() => virtualizer.measure(), [virtualizer, height]);

  const at = rows.findIndex(({ key }) => key === (current ?? selected));
  const go = (step: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, at + step));
    if (!rows[next]) return;
    setCurrent(rows[next].key);
    virtualizer.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  useShortcut('j', 'Next row', 'Tables', () => go(1));
  useShortcut('k', 'Previous row', 'Tables', () => go(-1));

  useShortcut('z', 'Zoom to the row, and back', 'Tables', () => setZoom(zoom || !rows[at] ? undefined : around(rows[at])));

  // Stable while the rows are the same, so that selecting one row renders no other.
  const lead = useLatest((row: WaterfallRow) => {
    if (row.invocationId) void navigate(link(`/invocations/${row.invocationId}`));
    else onSelect?.(row);
  });
  const choose = useCallback(
    (row: WaterfallRow) => {
      setCurrent(row.key);
      lead.current(row);
    },
    [lead],
  );

  const pressed = (event: KeyboardEvent) => {
    const row = rows[at];
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(1),
      ArrowUp: () => go(-1),
      ArrowRight: () => row?.open === false && onToggle?.(row.key),
      ArrowLeft: () => row?.open === true && onToggle?.(row.key),
      Enter: () => row && choose(row),
      ' ': () => row && choose(row),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]!();
  };

  return (
    <div className={page.box}>
      <div className={page.bar}>
        <Key rows={rows} />
        <span className={page.push} />
        {zoom && (
          <Button look="quiet" onClick={() => setZoom(undefined)}>
            Show all of {formatDuration(whole.to - whole.from)}
          </Button>
        )}
        {(hasGaps || !compressing) && (
          <Checkbox checked={compressing} onChange={(on) => url.set({ idle: on ? null : 'full' }, { replace: true })}>
            Shorten pauses
          </Checkbox>
        )}
      </div>
      <div ref={scroller} className={styles.scroller} data-narrow={narrow || undefined}>
        <Axis scale={scale} zero={zero} count={count} onZoom={setZoom} />
        <Grid scale={scale} zero={zero} count={count} height={virtualizer.getTotalSize()} />
        {/* eslint-disable-next-line jsx-a11y/interactive-supports-focus */}
        <div
          role="tree"
          aria-label={label}
          className={styles.rows}
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={pressed}
          onFocus={(event) => setCurrent(rows[Number((event.target as HTMLElement).dataset.index)]?.key)}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index]!;
            return (
              <WaterfallLine
                key={item.key}
                row={row}
                index={item.index}
                top={item.start}
                scale={scale}
                selected={row.key === selected}
                reachable={at === -1 ? item.index === 0 : item.index === at}
                onChoose={choose}
                onToggle={onToggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** When a row ran, with a margin on both sides. */
function around(row: WaterfallRow): Span {
  const { from, to } = domainOf([row]);
  const margin = (to - from) * 0.05;
  return { from: from - margin, to: to + margin };
}

/** The legend of the colours that occur. */
function Key({ rows }: { rows: readonly WaterfallRow[] }) {
  const present = useMemo(() => new Set(rows.flatMap(({ segments }) => segments.map(({ kind }) => kind))), [rows]);
  return (
    <ul className={styles.key} aria-label="Legend">
      {kinds
        .filter(({ kind }) => present.has(kind))
        .map(({ kind, label }) => (
          <li key={kind}>
            <span className={styles.swatch} data-kind={kind} /> {label}
          </li>
        ))}
    </ul>
  );
}
