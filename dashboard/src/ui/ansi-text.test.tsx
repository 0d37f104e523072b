// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { AnsiText } from './ansi-text';

const shown = (text: string, search?: string) => render(<AnsiText text={text} search={search} />).container;

afterEach(cleanup);

describe('a line with escape sequences', () => {
  it('has their colours and decorations, and not their codes', () => {
    const line = shown('\x1b[31mred\x1b[0m plain \x1b[1;4;32mgreen\x1b[39m\x1b[0m');
    expect(line.textContent).toBe('red plain green');
    const [red, plain, green] = [...line.children] as HTMLElement[];
    expect(red!.style.color).toBe('var(--ansi-red, var(--text))');
    expect(plain!.getAttribute('style')).toBeNull();
    expect([green!.style.fontWeight, green!.style.textDecoration]).toEqual(['600', 'underline']);
  });
  it('is text, whatever it contains', () => {
    const line = shown('\x1b[31m<img src=x onerror=alert(1)>\x1b[38;2;1;2;3;url(x)m\x1b[0m');
    expect(line.querySelector('img')).toBeNull();
    expect(line.textContent).toContain('<img src=x onerror=alert(1)>');
  });
  it('hides what moves a cursor, and shows other control characters', () => {
    expect(shown('\x1b[2K\x1b[1Gdone\x07').textContent).toBe('done␇');
  });
  it('is searched through', () => {
    expect(shown('\x1b[36mGET\x1b[0m /orders', 'orders').querySelector('mark')?.textContent).toBe('orders');
    expect(shown('plain orders', 'orders').querySelector('mark')?.textContent).toBe('orders');
  });
});
