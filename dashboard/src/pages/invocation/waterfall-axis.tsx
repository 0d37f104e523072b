import { useRef, useState, type PointerEvent } from 'react';
import { formatDuration } from '~/format/duration';
import type { Span } from './model';
import { ticks, type TimeScale } from './scale';
import styles from './waterfall.module.css';

interface AxisProps {
  scale: TimeScale;
  zero: number;
  /** How many times there is room for. */
  count: number;
}

const percent = (x: number) => `${x * 100}%`;

/** The axis shows fractions of milliseconds, which other durations do not. */
function tickLabel(ms: number): string {
  if (ms !== 0 && Math.abs(ms) < 10 && !Number.isInteger(ms)) return `${Number(ms.toFixed(2))} ms`;
  return formatDuration(ms);
}

/** The times above the rows. Dragging zooms in. */
export function Axis({ scale, zero, count, onZoom }: AxisProps & { onZoom: (span: Span) => void }) {
  const track = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number }>();
  const marks = ticks(scale, zero, count);

  const xOf = (event: PointerEvent) => {
    const { left, width } = track.current!.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - left) / width));
  };
  const end = () => {
    if (drag && Math.abs(drag.to - drag.from) > 0.01) {
      const [a, b] = [scale.invert(Math.min(drag.from, drag.to)), scale.invert(Math.max(drag.from, drag.to))];
      onZoom({ from: a, to: b });
    }
    setDrag(undefined);
  };

  return (
    <div className={styles.axis}>
      <div className={styles.axisName} />
      <div
        ref={track}
        className={styles.axisTrack}
        title="Drag to zoom"
        aria-hidden="true"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: xOf(event), to: xOf(event) });
        }}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: xOf(event) })}
        onPointerUp={end}
        onPointerCancel={() => setDrag(undefined)}
      >
        {marks.filter((ms) => scale.position(ms) < 0.97).map((ms) => (
          <span key={ms} className={styles.tick} style={{ left: percent(scale.position(ms)) }}>
            {tickLabel(Math.round((ms - zero) * 1000) / 1000)}
          </span>
        ))}
        {gapsOf(scale).map(({ from, to, x1 }) => (
          <span key={from} className={styles.gapLabel} style={{ right: percent(1 - x1) }}>
            {formatDuration(to - from)}
          </span>
        ))}
        {drag && <span className={styles.brush} style={{ left: percent(Math.min(drag.from, drag.to)), width: percent(Math.abs(drag.to - drag.from)) }} />}
      </div>
    </div>
  );
}

const gapsOf = (scale: TimeScale) => scale.pieces.filter(({ gap }) => gap);

/** The lines of the axis and the shortened pauses, behind the rows. */
export function Grid({ scale, zero, count, height }: AxisProps & { height: number }) {
  return (
    <div className={styles.grid} style={{ height }} aria-hidden="true">
      <div className={styles.axisName} />
      <div className={styles.gridTrack}>
        {ticks(scale, zero, count).map((ms) => (
          <span key={ms} className={styles.tickLine} data-zero={ms === zero || undefined} style={{ left: percent(scale.position(ms)) }} />
        ))}
        {gapsOf(scale).map(({ from, x0, x1 }) => (
          <span key={from} className={styles.gap} style={{ left: percent(x0), width: percent(x1 - x0) }} />
        ))}
      </div>
    </div>
  );
}
