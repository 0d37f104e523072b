import { describe, expect, it } from 'vitest';
import { firstLine, nameText } from './text';

describe('text', () => {
  it('has a word for a name without text', () => {
    expect([nameText(''), nameText('  '), nameText(null), nameText('a')]).toEqual(['(blank)', '(blank)', '(blank)', 'a']);
  });
  it('ends with its first line', () => {
    expect([firstLine('a\r\nb'), firstLine('a\nb'), firstLine(null), firstLine('\x1b[1;31ma\x1b[0m\nb')]).toEqual(['a', 'a', '', 'a']);
  });
});
