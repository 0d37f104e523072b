// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from './visible-text';

afterEach(cleanup);

describe('text', () => {
  it('shows what nobody would see', () => {
    expect(visibleText('pay\u202egnp.exe')).toBe('pay[U+202E]gnp.exe');
    expect(visibleText('a\0b\x1b[31m\x7f\u0085')).toBe('a␀b␛[31m␡[U+0085]');
    expect(visibleText('a\u200bb\ufeff\u2066c\u2069')).toBe('a[U+200B]b[U+FEFF][U+2066]c[U+2069]');
  });
  it('keeps lines, tabs and what belongs to a script or an emoji', () => {
    for (const text of ['a\n\tb', 'שלום', 'می‌خواهم', '👩‍👧', 'é 😀']) expect(visibleText(text)).toBe(text);
  });
  it('is visible in every element', () => {
    const name = 'a\u202eb';
    const { container } = render(
      <p title={name}>
        {name} and <b>{name}</b>
        {[name, ['c', name]]}
      </p>,
    );
    expect(container.innerHTML).toBe('<p title="a[U+202E]b">a[U+202E]b and <b>a[U+202E]b</b>a[U+202E]bca[U+202E]b</p>');
  });
});
