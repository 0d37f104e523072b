import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { memo, useEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { jsonText } from '~/api/json';
import { useShortcut } from '~/shortcuts/shortcuts';
import { firstTerminalLine, nameText } from '~/format/text';
import { formatTime, toPreciseMs } from '~/format/time';
import { formatDuration } from '~/format/duration';
import { useSettings } from '~/settings/settings';
import { AnsiText } from '~/ui/ansi-text';
import { Highlight } from '~/ui/highlight';
import { EmptyState, Skeleton } from '~/ui/state';
import { usePlace } from '~/ui/use-place';
import { CopyButton } from '~/ui/values';
import { lineText, type LogLine } from './query';
import styles from './logs.module.css';

interface LogLinesProps {
  label: string;
  lines: readonly LogLine[];
  /** Marked in the messages. */
  search?: string;
  /** Shows times relative to this instead of absolute ones. */
  zero?: string;
  /** The address of a line's job; without it, the job is not shown. */
  jobHref?: (line: LogLine) => string;
  isFresh?: (line: LogLine) => boolean;
  hasMore?: boolean;
  loading?: boolean;
  /** The lines are still those of other filters. */
  outdated?: boolean;
  /** Which lines these are: others are shown from their start. */
  rowsAre?: string;
  onLoadMore?: () => void;
  empty?: ReactNode;
  /** What an opened line shows besides its data. */
  further?: (line: LogLine) => ReactNode;
  maxHeight?: number;
}

const lineId = ({ id }: LogLine) => id;

/** Any number of log lines. A click on one shows its data and source. */
export function LogLines({ label, lines, search, zero, jobHref, isFresh, hasMore, loading, outdated, rowsAre, onLoadMore, empty, further, maxHeight }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState(-1);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 26,
    getItemKey: (index) => lines[index]!.id,
    overscan: 20,
  });
  const items = virtualizer.getVirtualItems();
  const { isReturning } = usePlace({ list: label, rowsAre, scroller, virtualizer, rows: lines, keyOf: lineId, outdated, incomplete: hasMore || loading });
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && !loading && !outdated && (last >= lines.length - 40 || isReturning())) onLoadMore?.();
  }, [hasMore, loading, outdated, last, lines, onLoadMore, isReturning]);

  const go = (step: number) => {
    const next = Math.max(0, Math.min(lines.length - 1, current + step));
    if (!lines[next]) return;
    setCurrent(next);
    virtualizer.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] button`)?.focus());
  };
  useShortcut('j', 'Next line', 'Logs', () => go(1));
  useShortcut('k', 'Previous line', 'Logs', () => go(-1));

  const toggle = (id: string) =>
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });

  return (
    <div ref={scroller} className={styles.scroller} style={{ maxHeight }} role="group" aria-label={label} aria-busy={loading || outdated} tabIndex={-1}>
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const line = lines[item.index]!;
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              data-fresh={isFresh?.(line) || undefined}
              className={styles.place}
              style={{ transform: `translateY(${item.start}px)` }}
              onFocus={() => setCurrent(item.index)}
            >
              <Line line={line} open={opened.has(line.id)} search={search} zero={zero} jobHref={jobHref?.(line)} onToggle={toggle} />
              {opened.has(line.id) && (
                <div className={styles.opened}>
                  <LineDetail line={line} />
                  {further?.(line)}
                </div>
              )}
            </div>
          );
        })}
      </div>
      {(loading || outdated) && (
        <div className={styles.loading} role="status">
          <span className="visually-hidden">Loading</span>
          <Skeleton width="70%" />
          <Skeleton width="55%" />
        </div>
      )}
      {!loading && !outdated && lines.length === 0 && (empty ?? <EmptyState title="No log lines" />)}
    </div>
  );
}

const Line = memo(function Line({ line, open, search, zero, jobHref, onToggle }: {
  line: LogLine;
  open: boolean;
  search?: string;
  zero?: string;
  jobHref?: string;
  onToggle: (id: string) => void;
}) {
  return (
    <div className={styles.line} data-level={line.level}>
      <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => onToggle(line.id)}>
        <ChevronRight aria-hidden="true" />
        <Moment at={line.created_at} zero={zero} />
        <span className={styles.level}>{line.level}</span>
        <span className={styles.message}>
          <AnsiText text={firstTerminalLine(line.message)} search={search} />
          {line.data !== null && !open && (
            <span className={styles.data}>
              {' '}
              <Highlight text={jsonText(line.data).slice(0, 200)} search={search} />
            </span>
          )}
        </span>
      </button>
      {jobHref && (
        <Link className={styles.job} to={jobHref}>
          {nameText(line.job_execution?.job_name ?? 'job')}
        </Link>
      )}
    </div>
  );
});

/** Relative to `zero`, or absolute to the millisecond. */
export function Moment({ at, zero }: { at: string; zero?: string }) {
  const { zone } = useSettings();
  const whole = formatTime(at, { zone });
  return (
    <time className={styles.time} dateTime={at} title={whole}>
      {zero ? `+${formatDuration(Math.max(0, toPreciseMs(at) - toPreciseMs(zero)))}` : <LocalTime whole={whole} />}
    </time>
  );
}

/** Shows the day as well, for lines of other days. */
function LocalTime({ whole }: { whole: string }) {
  return (
    <>
      <span className={styles.day}>{whole.slice(5, 10)} </span>
      {whole.slice(11)}
    </>
  );
}

function LineDetail({ line }: { line: LogLine }) {
  const { message, data, source, line_number } = line;
  return (
    <div className={styles.detail}>
      <div className={styles.copyLine}>
        <CopyButton label="Copy the line" text={() => lineText(line)} />
      </div>
      {message.includes('\n') && <pre className={styles.text}><AnsiText text={message} /></pre>}
      {data !== null && <pre className={styles.text}>{jsonText(data, 2)}</pre>}
      {source && (
        <p className="muted mono">
          {source}
          {line_number !== null && `:${line_number}`}
        </p>
      )}
    </div>
  );
}
