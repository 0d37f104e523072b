import { LosslessNumber } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration';
import { toCsv } from './export';
import { formatBytes, formatRate, formatShort } from './number';
import { formatAgo, formatShortTime, formatTime, zoneLabel } from './time';

describe('durations', () => {
  it.each([
    [null, '–'], [0, '0 ms'], [0.4, '<1 ms'], [840, '840 ms'], [999.6, '1.00 s'], [1240, '1.24 s'], [9_999, '10.0 s'],
    [59_949, '59.9 s'], [59_999, '1 m 00 s'], [125_000, '2 m 05 s'], [3_599_999, '1 h 00 m'], [12_000_000, '3 h 20 m'],
    [187_200_000, '2 d 4 h'], [-5, '-5 ms'],
  ])('%s is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    ['250', 250], ['250ms', 250], ['1.5s', 1500], ['2m 5s', 125_000], ['1 h 20 m', 4_800_000], ['', undefined],
    ['soon', undefined], ['5 s later', undefined],
  ])('%s is read as %s', (text, ms) => expect(parseDuration(text)).toBe(ms));
});

describe('times', () => {
  const at = '2026-01-31T23:30:05.123456+00:00';
  it('are shown in the chosen zone', () => {
    expect(formatTime(at, { zone: 'UTC' })).toBe('2026-01-31 23:30:05.123');
    expect(formatTime(at, { zone: 'Asia/Tokyo', ms: false })).toBe('2026-02-01 08:30:05');
    expect(zoneLabel('UTC')).toBe('UTC');
  });
  it('accept a zone that the browser does not know', () => {
    expect(formatTime(at, { zone: 'Nowhere/Land' })).toMatch(/^2026-0/);
  });
  it('need no day when it is today', () => {
    expect(formatShortTime(at, Date.parse('2026-01-31T23:59:00Z'), 'UTC')).toBe('23:30:05');
    expect(formatShortTime(at, Date.parse('2026-02-01T00:01:00Z'), 'UTC')).toBe('01-31 23:30');
  });
  it.each([[0, 'just now'], [12, '12 s ago'], [300, '5 m ago'], [7300, '2 h ago'], [259_300, '3 d ago'], [-90, 'in 1 m']])(
    '%s seconds ago is %s',
    (seconds, text) => expect(formatAgo(Date.parse(at), Date.parse(at) + seconds * 1000)).toBe(text),
  );
});

describe('numbers', () => {
  it('never round to 0 % or 100 %', () => {
    expect(formatRate(0, 0)).toBe('–');
    expect(formatRate(10, 10)).toBe('100%');
    expect(formatRate(99_999, 100_000)).toBe('>99.99%');
    expect(formatRate(1, 1_000_000)).toBe('<0.01%');
    expect(formatRate(2, 3)).toBe('66.7%');
  });
  it('have a short form', () => {
    expect(formatShort(9_999)).toBe('9,999');
    expect(formatShort(1_234_567)).toBe('1.2M');
    expect(formatBytes(1_234_000)).toBe('1.2 MB');
  });
});

describe('CSV', () => {
  it('keeps the digits of numbers that a double does not hold', () => {
    const big = new LosslessNumber('9007199254740993');
    expect(toCsv([{ big, within: { big } }], ['big', 'within'])).toBe(
      'big,within\r\n9007199254740993,"{""big"":9007199254740993}"\r\n',
    );
  });
  it('quotes where needed, and prevents formulas', () => {
    const rows = [{ a: 'x,"y"', b: '=1+1' }, { a: null, b: { k: [1] } }, { a: 'two\nlines', b: -3 }];
    expect(toCsv(rows, ['a', 'b'])).toBe('a,b\r\n"x,""y""",\'=1+1\r\n,"{""k"":[1]}"\r\n"two\nlines",-3\r\n');
  });
});
