import { expect, it } from 'vitest';
import { timelessKey } from './last-result';

it('an operation has the same key at another time, and another key with another filter', () => {
  const at = (time: string, status: string) => timelessKey({ where: { created_at: { _gte: time }, status: { _eq: status } } });
  expect(at('2026-01-01T10:00:00.000Z', 'failed')).toBe(at('2026-01-01T10:00:05.123Z', 'failed'));
  expect(at('2026-01-01T10:00:00.000Z', 'failed')).not.toBe(at('2026-01-01T10:00:00.000Z', 'running'));
});
