import { describe, expect, it } from 'vitest';
import { changeSettings } from '~/settings/settings';
import { keyName } from './shortcuts';
import { rangeLabel } from './time-controls';

describe('shortcuts', () => {
  const press = (key: string, held: object = {}) => keyName({ key, metaKey: false, ctrlKey: false, altKey: false, ...held });
  it('are the same with ⌘ and Ctrl, and in capitals', () => {
    expect([press('k', { metaKey: true }), press('k', { ctrlKey: true }), press('K', { ctrlKey: true })]).toEqual(['mod+k', 'mod+k', 'mod+k']);
    expect([press('?'), press('Escape'), press('j', { altKey: true })]).toEqual(['?', 'Escape', 'alt+j']);
  });
});

describe('the name of a range', () => {
  it('is a preset’s, or both ends', () => {
    changeSettings({ zone: 'UTC' });
    const now = Date.parse('2026-05-04T12:00:00Z');
    expect(rangeLabel({ from: 'now-1h', to: 'now' }, now)).toBe('Last hour');
    expect(rangeLabel({ from: 'now-90m', to: 'now' }, now)).toBe('now-90m – now');
    expect(rangeLabel({ from: '2026-05-04T10:00:00Z', to: '2026-05-04T11:30:00Z' }, now)).toBe('2026-05-04 10:00 – 2026-05-04 11:30');
  });
});
