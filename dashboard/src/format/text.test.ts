import { describe, expect, it } from 'vitest';
import { firstLine, nameText } from './text';

describe('text', () => {
  it('has a word for a name without text', () => {
    expect([nameText(''), nameText('  '), nameText(null), nameText('a')]).toEqual(['(blank)', '(blank)', '(blank)', 'a']);
  });
  it('ends with its first line', () => {
    expect([firstLine('a\r\nb'), firstLine('a\nb'), firstLine(null)]).toEqual(['a', 'a', '']);
  });
});
