import { ChevronDown, ChevronRight, CornerDownRight } from 'lucide-react';
import { memo } from 'react';
import { nameText } from '~/format/text';
import { formatDuration } from '~/format/duration';
import { isFailure, toneOf } from '~/domain/status';
import type { Segment, WaterfallRow } from './rows';
import type { TimeScale } from './scale';
import styles from './waterfall.module.css';

interface LineProps {
  row: WaterfallRow;
  index: number;
  top: number;
  scale: TimeScale;
  selected: boolean;
  /** Whether Tab stops here. */
  reachable: boolean;
  onChoose: (row: WaterfallRow) => void;
  onToggle?: (key: string) => void;
}

export const WaterfallLine = memo(function WaterfallLine({ row, index, top, scale, selected, reachable, onChoose, onToggle }: LineProps) {
  const { label, note, depth, open, status, segments } = row;
  return (
    // The tree around it handles the keys.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={open}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      data-index={index}
      data-kind={row.kind}
      className={styles.line}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onChoose(row)}
    >
      <div className={styles.name} style={{ paddingLeft: 8 + depth * 14 }}>
        {open === undefined ? (
          <span className={styles.indent}>{row.kind === 'triggered' && <CornerDownRight />}</span>
        ) : (
          <span
            className={styles.indent}
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onToggle?.(row.key);
            }}
          >
            {open ? <ChevronDown /> : <ChevronRight />}
          </span>
        )}
        <span className={styles.dot} data-tone={toneOf(status)} />
        <span className="truncate" title={label}>
          {nameText(label)}
        </span>
        <span className="visually-hidden">, {status.replaceAll('_', ' ')}, </span>
        {note && <span className={`${styles.note} truncate`}>{note}</span>}
      </div>
      <div className={styles.track}>
        {segments.map((segment) => (
          <Bar key={segment.kind} segment={segment} status={status} scale={scale} />
        ))}
        <EndLabel row={row} scale={scale} />
      </div>
    </div>
  );
});

function Bar({ segment, status, scale }: { segment: Segment; status: string; scale: TimeScale }) {
  const { kind, from, to } = segment;
  if (to < scale.domain.from || from > scale.domain.to) return null;
  const left = scale.position(from);
  const width = scale.position(to) - left;
  // A failed job makes its event fail, but not the detector that found it.
  const blameless = kind === 'queue' || (kind === 'detection' && status !== 'detection_failed');
  const tone = !blameless && isFailure(status) ? toneOf(status) : undefined;
  return (
    <span
      className={styles.bar}
      aria-hidden="true"
      data-kind={kind}
      data-tone={tone}
      data-running={toneOf(status) === 'running' || undefined}
      style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
      title={`${kind}: ${formatDuration(to - from)}`}
    />
  );
}

/** The duration is after the bar, or before it if there is no space. */
function EndLabel({ row, scale }: { row: WaterfallRow; scale: TimeScale }) {
  const { from, to } = row.segments.at(-1)!;
  const since = row.segments[0]!.from;
  if (to < scale.domain.from || since > scale.domain.to) return null;
  const end = scale.position(to);
  const begin = scale.position(since);
  const text = row.durationMs === null ? `${formatDuration(Math.round(to - from))}…` : formatDuration(row.durationMs);
  if (end < 0.86) return <span className={styles.duration} style={{ left: `${end * 100}%` }}>{text}</span>;
  if (begin > 0.14) return <span className={styles.duration} style={{ right: `${(1 - begin) * 100}%` }}>{text}</span>;
  return <span className={styles.duration} data-inside="" style={{ right: `${(1 - end) * 100}%` }}>{text}</span>;
}
