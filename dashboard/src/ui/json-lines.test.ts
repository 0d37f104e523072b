import { describe, expect, it } from 'vitest';
import { jsonLines } from './json-lines';

const value = { user: { 'e-mail': 'a@b.c', tags: ['new', 'vip'] }, total: 3, none: {} };
const paths = (...args: Parameters<typeof jsonLines>) => jsonLines(...args).map(({ path }) => path);

describe('lines of a document', () => {
  it('contain the members of open values', () => {
    expect(paths(value, () => false)).toEqual(['$']);
    expect(paths(value, (_, depth) => depth < 1)).toEqual(['$', '$.user', '$.total', '$.none']);
    expect(paths(value, () => true)).toEqual(
      ['$', '$.user', '$.user["e-mail"]', '$.user.tags', '$.user.tags[0]', '$.user.tags[1]', '$.total', '$.none'],
    );
  });
  it('open down to matches of a search, and no deeper', () => {
    const lines = jsonLines(value, (_, depth) => depth < 1, 'VIP');
    expect(lines.filter(({ matches }) => matches).map(({ path }) => path)).toEqual(['$.user.tags[1]']);
    expect(lines.map(({ path }) => path)).toContain('$.user["e-mail"]');
    expect(paths({ a: { b: 1 }, c: { d: 2 } }, (_, depth) => depth < 1, 'd')).toEqual(['$', '$.a', '$.c', '$.c.d']);
  });
  it('cannot be opened if the value is empty', () => {
    expect(jsonLines({}, () => true)[0]!.open).toBeUndefined();
  });
});
