import { describe, expect, it } from 'vitest';
import { asObjects, uniqueNames } from './run-sql';
import { withLatest } from './history';

describe('results', () => {
  it('keep columns that share a name apart', () => {
    expect(uniqueNames(['id', 'n', 'id', 'id'])).toEqual(['id', 'n', 'id (2)', 'id (3)']);
    expect(asObjects({ columns: ['id', 'id'], rows: [[1, 2], [null, 'x']] })).toEqual([
      { id: 1, 'id (2)': 2 },
      { id: null, 'id (2)': 'x' },
    ]);
  });
});

describe('history', () => {
  it('has each statement once, the latest first', () => {
    expect(withLatest(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  });
  it('does not grow without end', () => {
    const many = Array.from({ length: 40 }, (_, index) => String(index)).reduce(withLatest, [] as string[]);
    expect(many).toHaveLength(30);
    expect(many[0]).toBe('39');
  });
});
