import { expect, it } from 'vitest';
import { shapeOf } from './held';

it('a question has the same shape at another time, and another shape with another filter', () => {
  const at = (time: string, status: string) => shapeOf({ where: { created_at: { _gte: time }, status: { _eq: status } } });
  expect(at('2026-01-01T10:00:00.000Z', 'failed')).toBe(at('2026-01-01T10:00:05.123Z', 'failed'));
  expect(at('2026-01-01T10:00:00.000Z', 'failed')).not.toBe(at('2026-01-01T10:00:00.000Z', 'running'));
});
