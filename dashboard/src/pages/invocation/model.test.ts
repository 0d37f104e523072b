import { describe, expect, it } from 'vitest';
import { eventRow, invocationRow, jobRow } from './fixture';
import { problemsOf, runOf, selectionFrom, selectionText, type Selection } from './model';
import { rowChangeOf } from './row-change';

describe('problems', () => {
  it('come from the invocation, its events and its jobs; equal ones are one', () => {
    const failed = { status: 'failed', error_message: 'refused' };
    const run = runOf(
      invocationRow(
        [eventRow('e1', 0, 9, { status: 'detection_failed', detected: false, detection_error: 'null' })],
        [jobRow('j1', 'e1', 0, 1, failed), jobRow('j2', 'e1', 0, 1, failed), jobRow('j3', 'e1', 0, 1, { status: 'crashed' }), jobRow('j4', 'e1', 0, 1)],
        { status: 'failed', error_message: 'no module' },
      ),
    );
    expect(problemsOf(run).map(({ what, message, count }) => [what, message, count])).toEqual([
      ['Invocation', 'no module', 1],
      ['order.created', 'null', 1],
      ['send_mail', 'refused', 2],
      ['send_mail', 'without a message', 1],
    ]);
  });
});

describe('selection in the address', () => {
  it.each<Selection>([{ kind: 'source' }, { kind: 'undetected' }, { kind: 'job', id: '01a2-b' }, { kind: 'fold', id: 'a.b:failed/c:failed' }])('%j', (selection) => {
    expect(selectionFrom(selectionText(selection))).toEqual(selection);
  });

  it('ignores unknown values', () => {
    for (const text of [undefined, '', 'job', 'job-', 'thing-1', '<b>']) expect(selectionFrom(text)).toBeUndefined();
  });
});

describe('the row of a payload', () => {
  it('is found in a database event', () => {
    expect(rowChangeOf({ event: { op: 'UPDATE', data: { old: { a: 1 }, new: { a: 2 } } } })).toEqual({ operation: 'UPDATE', before: { a: 1 }, after: { a: 2 } });
    expect(rowChangeOf({ event: { op: 'INSERT', data: { old: null, new: { a: 2 } } } })).toMatchObject({ before: undefined, after: { a: 2 } });
  });

  it('is undefined for other events', () => {
    for (const payload of [null, [], 'x', { event: 'x' }, { event: { data: {} } }]) expect(rowChangeOf(payload)).toBeUndefined();
  });
});
