import { formatCount } from '~/format/number';
import { toPreciseMs } from '~/format/time';
import { spanOf, type EventRow, type Run, type RunEvent, type Selection, type Span } from './model';

export type SegmentKind = 'queue' | 'invocation' | 'run' | 'detection' | 'handler' | 'job' | 'triggered';

export interface Segment extends Span {
  kind: SegmentKind;
}

/** A line of the waterfall. */
export interface WaterfallRow {
  key: string;
  depth: number;
  kind: 'invocation' | 'event' | 'undetected' | 'job' | 'triggered';
  label: string;
  /** Muted text beside the label. */
  note?: string;
  status: string;
  segments: readonly Segment[];
  durationMs: number | null;
  selection?: Selection;
  /** The other invocation that this line links to. */
  invocationId?: string;
  /** Undefined for a value without members. */
  open?: boolean;
}

const span = (kind: SegmentKind, from: number, to: number): Segment => ({ kind, from, to: Math.max(from, to) });

/** The wait at the source, then the run. If the source's clock is ahead, there is no wait. */
export function invocationSegments(invocation: { created_at: string; completed_at: string | null; source_event_time?: string | null }, now: number): Segment[] {
  const { from, to } = spanOf(invocation, now);
  const since = invocation.source_event_time ? toPreciseMs(invocation.source_event_time) : from;
  const running = span('invocation', from, to);
  return since < from ? [span('queue', since, from), running] : [running];
}

/**
 * Detection is first, the handler last. Durations are whole milliseconds and times are finer, so the two
 * ends, which are exact, take precedence.
 */
export function eventSegments(event: EventRow, now: number): Segment[] {
  const { from, to } = spanOf(event, now);
  const { detection_duration_ms: detecting, handler_duration_ms: handling } = event;
  if (event.status === 'detecting' || event.status === 'detection_failed' || !event.detected) return [span('detection', from, to)];
  const detected = Math.min(to, from + (detecting ?? 0));
  const begun = handling === null ? detected : Math.max(detected, to - handling);
  return [span('detection', from, detected), span('handler', begun, to)];
}

/** All lines in time order, as a tree. `isOpen` decides whether the children of a line are shown. */
export function waterfallRows(run: Run, now: number, isOpen: (key: string, usually: boolean) => boolean): WaterfallRow[] {
  const { invocation, detected, undetected } = run;
  const rows: WaterfallRow[] = [
    {
      key: 'invocation',
      depth: 0,
      kind: 'invocation',
      label: invocation.source_function,
      status: invocation.status,
      segments: invocationSegments(invocation, now),
      durationMs: invocation.total_duration_ms,
      selection: { kind: 'invocation' },
    },
  ];
  for (const event of detected) addEvent(rows, event, now, isOpen);
  if (undetected.length > 0) addUndetected(rows, undetected, now, isOpen);
  return rows;
}

type IsOpen = Parameters<typeof waterfallRows>[2];

function addEvent(rows: WaterfallRow[], event: RunEvent, now: number, isOpen: IsOpen) {
  const open = event.jobs.length > 0 ? isOpen(event.id, true) : undefined;
  rows.push({
    key: event.id,
    depth: 1,
    kind: 'event',
    label: event.event_name,
    note: event.jobs.length > 0 && !open ? formatCount(event.jobs.length) : undefined,
    status: event.status,
    segments: eventSegments(event, now),
    durationMs: event.completed_at ? toPreciseMs(event.completed_at) - toPreciseMs(event.created_at) : null,
    selection: { kind: 'event', id: event.id },
    open,
  });
  if (!open) return;
  for (const job of event.jobs) {
    const ends = spanOf(job, now);
    rows.push({
      key: job.id,
      depth: 2,
      kind: 'job',
      label: job.job_name,
      status: job.status,
      segments: [span('job', ends.from, ends.to)],
      durationMs: job.duration_ms,
      selection: { kind: 'job', id: job.id },
    });
    for (const triggered of job.triggered_invocations) {
      const reach = spanOf(triggered, now);
      rows.push({
        key: triggered.id,
        depth: 3,
        kind: 'triggered',
        label: triggered.source_function,
        note: [triggered.source_operation, triggered.source_table].filter(Boolean).join(' '),
        status: triggered.status,
        segments: [span('triggered', reach.from, reach.to)],
        durationMs: triggered.total_duration_ms,
        invocationId: triggered.id,
      });
    }
  }
}

function addUndetected(rows: WaterfallRow[], events: readonly EventRow[], now: number, isOpen: IsOpen) {
  const spans = events.map((event) => eventSegments(event, now)[0]!);
  const open = isOpen('undetected', false);
  const from = Math.min(...spans.map((one) => one.from));
  const to = Math.max(...spans.map((one) => one.to));
  rows.push({
    key: 'undetected',
    depth: 1,
    kind: 'undetected',
    label: `${formatCount(events.length)} not detected`,
    status: 'not_detected',
    segments: [span('detection', from, to)],
    durationMs: to - from,
    selection: { kind: 'undetected' },
    open,
  });
  if (!open) return;
  events.forEach((event, index) =>
    rows.push({
      key: event.id,
      depth: 2,
      kind: 'event',
      label: event.event_name,
      status: event.status,
      segments: [spans[index]!],
      durationMs: event.detection_duration_ms,
      selection: { kind: 'event', id: event.id },
    }),
  );
}

/** From the first start to the last end. */
export function domainOf(rows: readonly WaterfallRow[]): Span {
  let from = Infinity;
  let to = -Infinity;
  for (const { segments } of rows) {
    for (const segment of segments) {
      from = Math.min(from, segment.from);
      to = Math.max(to, segment.to);
    }
  }
  return { from, to: Math.max(to, from + 0.1) };
}

/** When something runs: detectors, jobs, and handlers without jobs. Other handlers wait for their jobs. */
export function busySpans(run: Run, now: number): Span[] {
  const spans: Span[] = [];
  for (const event of run.undetected) spans.push(...eventSegments(event, now));
  for (const event of run.detected) {
    const segments = eventSegments(event, now);
    spans.push(...(event.jobs.length > 0 ? segments.slice(0, 1) : segments));
  }
  for (const job of run.jobs) {
    spans.push(spanOf(job, now), ...job.triggered_invocations.map((triggered) => spanOf(triggered, now)));
  }
  return spans;
}
