import { describe, expect, it } from 'vitest';
import { pairsOf } from './compare';
import { eventRow, invocationRow, jobRow } from './fixture';
import { runOf } from './model';

describe('comparison of two runs', () => {
  it('pairs steps by name and occurrence, and keeps steps of only one run', () => {
    const here = runOf(
      invocationRow([eventRow('e', 0, 50)], [jobRow('1', 'e', 0, 10), jobRow('2', 'e', 0, 30), jobRow('3', 'e', 0, 5, { job_name: 'index' })]),
    );
    const there = runOf(
      invocationRow([eventRow('x', 0, 40), eventRow('y', 0, 9, { event_name: 'order.paid' })], [jobRow('4', 'x', 0, 20), jobRow('5', 'y', 0, 7)], {
        total_duration_ms: 70,
      }),
    );
    expect(pairsOf(here, there).map(({ kind, label, here: a, there: b }) => [kind, label, a?.ms, b?.ms])).toEqual([
      ['whole', 'orders', 100, 70],
      ['event', 'order.created', 50, 40],
      ['job', 'send_mail', 10, 20],
      ['job', 'send_mail', 30, undefined],
      ['job', 'index', 5, undefined],
      ['event', 'order.paid', undefined, 9],
      ['job', 'send_mail', undefined, 7],
    ]);
  });
});
