import { describe, expect, it } from 'vitest';
import { errorGroups } from './errors';

describe('errors', () => {
  const group = (name: string, message: string | null, count: number, first: string, last = first) => ({
    group_key: { name, message },
    aggregate: { count, min: { created_at: first }, max: { created_at: last } },
  });
  const none = { group_by: [] };
  it('of one kind are one, wherever they come up', () => {
    const now = {
      jobs: { group_by: [group('mail', 'timed out after 30 s', 2, '2026-05-01T10:00:00Z', '2026-05-01T12:00:00Z'), group('pay', 'timed out after 5 s', 3, '2026-05-01T09:00:00Z')] },
      handlers: { group_by: [group('order.paid', 'bad input', 1, '2026-05-01T08:00:00Z')] },
      detections: none,
      invocations: none,
    };
    const before = { ...now, jobs: { group_by: [group('mail', 'timed out after 1 s', 7, '2026-04-01T10:00:00Z')] }, handlers: none };
    const groups = errorGroups(now, before);
    expect(groups.map(({ fingerprint: kind, count, before: earlier }) => [kind, count, earlier])).toEqual([
      ['timed out after … s', 5, 7],
      ['bad input', 1, 0],
    ]);
    expect(groups[0]).toMatchObject({
      example: 'timed out after 30 s',
      first: '2026-05-01T09:00:00Z',
      last: '2026-05-01T12:00:00Z',
      places: [{ place: 'job', name: 'pay', count: 3 }, { place: 'job', name: 'mail', count: 2 }],
    });
  });
});
