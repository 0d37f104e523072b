import { describe, expect, it } from 'vitest';
import { changeSettings } from '~/settings/settings';
import { rangeLabel } from './time-controls';

describe('the name of a range', () => {
  it('is the name of a preset, or both ends', () => {
    changeSettings({ zone: 'UTC' });
    const now = Date.parse('2026-05-04T12:00:00Z');
    expect(rangeLabel({ from: 'now-1h', to: 'now' }, now)).toBe('Last hour');
    expect(rangeLabel({ from: 'yesterday', to: 'today' }, now)).toBe('Yesterday');
    expect(rangeLabel({ from: 'this-week', to: 'today' }, now)).toBe('this-week – today');
    expect(rangeLabel({ from: 'now-90m', to: 'now' }, now)).toBe('now-90m – now');
    expect(rangeLabel({ from: '2026-05-04T10:00:00Z', to: '2026-05-04T11:30:00Z' }, now)).toBe('2026-05-04 10:00 – 2026-05-04 11:30');
  });
});
