import { describe, expect, it } from 'vitest';
import { keyName } from './shortcuts';

describe('shortcuts', () => {
  const press = (key: string, held: object = {}) => keyName({ key, metaKey: false, ctrlKey: false, altKey: false, ...held });
  it('are the same with ⌘ and Ctrl, and in capitals', () => {
    expect([press('k', { metaKey: true }), press('k', { ctrlKey: true }), press('K', { ctrlKey: true })]).toEqual(['mod+k', 'mod+k', 'mod+k']);
    expect([press('?'), press('Escape'), press('j', { altKey: true })]).toEqual(['?', 'Escape', 'alt+j']);
  });
});
