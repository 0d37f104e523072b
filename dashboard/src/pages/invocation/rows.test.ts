import { describe, expect, it } from 'vitest';
import { eventRow, invocationRow, jobRow, undetectedRow, zeroMs } from './fixture';
import { runOf } from './model';
import { busySpans, domainOf, eventSegments, waterfallRows } from './rows';

const now = zeroMs + 500;
const usual = (_: string, usually: boolean) => usually;
const relative = <T extends { from: number; to: number }>({ from, to }: T) => [from - zeroMs, to - zeroMs];

const run = runOf(
  invocationRow(
    [eventRow('e1', 2, 90), undetectedRow('u1', 1, 3), undetectedRow('u2', 2, 7)],
    [
      jobRow('j1', 'e1', 10, 20),
      jobRow('j2', 'e1', 60, null, {
        triggered_invocations: [
          { id: 't1', created_at: new Date(zeroMs + 70).toISOString(), completed_at: null, source_function: 'mail', source_table: null, source_operation: null, status: 'running', total_duration_ms: null },
        ],
      }),
    ],
  ),
);

describe('waterfall', () => {
  it('puts each row below its parent and folds undetected events', () => {
    const rows = waterfallRows(run, now, usual);
    expect(rows.map(({ key, depth }) => [key, depth])).toEqual([
      ['invocation', 0],
      ['e1', 1],
      ['j1', 2],
      ['j2', 2],
      ['t1', 3],
      ['undetected', 1],
    ]);
    expect(rows.at(-1)).toMatchObject({ label: '2 not detected', open: false });
    expect(relative(rows.at(-1)!.segments[0]!)).toEqual([1, 7]);
  });

  it('opens and closes lines', () => {
    const keys = (isOpen: (key: string) => boolean) => waterfallRows(run, now, isOpen).map(({ key }) => key);
    expect(keys((key) => key === 'undetected')).toEqual(['invocation', 'e1', 'undetected', 'u1', 'u2']);
  });

  it('begins with the wait at the source, and draws what still runs up to now', () => {
    const [first, , , running] = waterfallRows(run, now, usual);
    expect(first!.segments.map((segment) => [segment.kind, ...relative(segment)])).toEqual([
      ['queue', -40, 0],
      ['invocation', 0, 100],
    ]);
    expect(relative(running!.segments[0]!)).toEqual([60, 500]);
    expect(relative(domainOf(waterfallRows(run, now, usual)))).toEqual([-40, 500]);
  });

  it('shows no wait if the clock of the source is ahead', () => {
    const ahead = runOf(invocationRow([], [], { source_event_time: new Date(zeroMs + 10).toISOString() }));
    expect(waterfallRows(ahead, now, usual)[0]!.segments.map(({ kind }) => kind)).toEqual(['invocation']);
  });
});

describe('segments of an event', () => {
  const parts = (event: Parameters<typeof eventSegments>[0]) => eventSegments(event, now).map((segment) => [segment.kind, ...relative(segment)]);

  it('ends detection at the earliest start of the handler', () => {
    expect(parts(eventRow('e', 0, 100, { detection_duration_ms: 10, handler_duration_ms: 80 }))).toEqual([
      ['detection', 0, 10],
      ['handler', 20, 100],
    ]);
    // Rounded up, both would take longer than the whole.
    expect(parts(eventRow('e', 0, 9, { detection_duration_ms: 5, handler_duration_ms: 5 }))).toEqual([
      ['detection', 0, 5],
      ['handler', 5, 9],
    ]);
  });

  it('shows only detection if the detector runs or failed', () => {
    expect(parts(eventRow('e', 0, null, { status: 'detecting', detected: false, detection_duration_ms: null }))).toEqual([['detection', 0, 500]]);
    expect(parts(eventRow('e', 0, 8, { status: 'detection_failed', detected: false }))).toEqual([['detection', 0, 8]]);
  });
});

describe('pauses', () => {
  it('counts a handler as busy only if it runs no jobs', () => {
    const spans = busySpans(runOf(invocationRow([eventRow('e1', 0, 90), eventRow('e2', 0, 50)], [jobRow('j1', 'e1', 30, 40)])), now);
    expect(spans.map(relative)).toEqual([
      [0, 5],
      [0, 5],
      [5, 50],
      [30, 40],
    ]);
  });
});
