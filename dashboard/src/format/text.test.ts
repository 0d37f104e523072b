import { describe, expect, it } from 'vitest';
import { firstLine, nameText, visibleText } from './text';

describe('text', () => {
  it('shows what nobody would see', () => {
    expect(visibleText('pay\u202egnp.exe')).toBe('pay[U+202E]gnp.exe');
    expect(visibleText('a\0b\x1b[31m\x7f\u0085')).toBe('a␀b␛[31m␡[U+0085]');
    expect(visibleText('a\u200bb\ufeff\u2066c\u2069')).toBe('a[U+200B]b[U+FEFF][U+2066]c[U+2069]');
  });
  it('keeps lines, tabs and what belongs to a script or an emoji', () => {
    for (const text of ['a\n\tb', 'שלום', 'می‌خواهم', '👩‍👧', 'é 😀']) expect(visibleText(text)).toBe(text);
  });
  it('has a word for a name without text', () => {
    expect([nameText(''), nameText('  '), nameText(null), nameText('a')]).toEqual(['(blank)', '(blank)', '(blank)', 'a']);
  });
  it('ends with its first line', () => {
    expect([firstLine('a\r\nb'), firstLine('a\nb'), firstLine(null)]).toEqual(['a', 'a', '']);
  });
});
