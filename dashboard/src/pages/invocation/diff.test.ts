import { describe, expect, it } from 'vitest';
import { diffJson, equalJson } from './diff';

describe('diff of two documents', () => {
  it('lists each path once, with its values', () => {
    const before = { status: 'paid', total: 5, note: null, gone: true };
    const after = { status: 'shipped', total: 5, note: 'x', tracking: 'PX' };
    expect(diffJson(before, after)).toEqual([
      { path: '$.status', kind: 'changed', before: 'paid', after: 'shipped' },
      { path: '$.total', kind: 'same', before: 5, after: 5 },
      { path: '$.note', kind: 'changed', before: null, after: 'x' },
      { path: '$.gone', kind: 'removed', before: true },
      { path: '$.tracking', kind: 'added', after: 'PX' },
    ]);
  });

  it('compares inside objects and arrays', () => {
    const changes = diffJson({ a: [{ b: 1 }, 2] }, { a: [{ b: 3 }] });
    expect(changes).toEqual([
      { path: '$.a[0].b', kind: 'changed', before: 1, after: 3 },
      { path: '$.a[1]', kind: 'removed', before: 2 },
    ]);
  });

  it('does not compare inside values of different kinds', () => {
    expect(diffJson({ a: [1] }, { a: { b: 1 } })).toEqual([{ path: '$.a', kind: 'changed', before: [1], after: { b: 1 } }]);
    expect(diffJson(null, {})).toEqual([{ path: '$', kind: 'changed', before: null, after: {} }]);
  });

  it('distinguishes a missing key from null, and ignores inherited ones', () => {
    expect(diffJson({}, { a: null })).toEqual([{ path: '$.a', kind: 'added', after: null }]);
    expect(diffJson({ constructor: 1 }, {})).toEqual([{ path: '$.constructor', kind: 'removed', before: 1 }]);
  });

  it('ignores the order of keys', () => {
    expect(equalJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(equalJson([1, 2], [2, 1])).toBe(false);
    expect(equalJson({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  });
});
