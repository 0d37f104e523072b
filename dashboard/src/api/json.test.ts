import { LosslessNumber } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { documentColumns, equalScalars, isContainer, jsonText, keepDigits, parseJson, typedData, type Json } from './json';

const exact = [
  '9007199254740993',
  '-123456789012345678901234567890',
  '0.12345678901234567890123',
  '1e400',
  '1.50',
  '-0',
  '-0.0',
  '[1.0, 2.50]'.replace(' ', ''),
  '{"a":1E3,"b":[-0,0.10]}',
  '{"id":9007199254740993,"rest":[1.25,"9007199254740993"]}',
];

describe('JSON', () => {
  it.each(exact)('keeps the digits of %s', (text) => {
    expect(jsonText(parseJson(text))).toBe(text);
  });
  it('has numbers where they show the value', () => {
    expect(parseJson('[1, -2.50, 1e3, 9007199254740991, 0.1, 1e400, 12345678901234567890]')).toEqual(
      [1, new LosslessNumber('-2.50'), new LosslessNumber('1e3'), 9007199254740991, 0.1, new LosslessNumber('1e400'), new LosslessNumber('12345678901234567890')],
    );
  });
  it('is equal where the numbers are, whatever their digits', () => {
    const equal = (a: string, b: string) => equalScalars(parseJson(a) as Json, parseJson(b) as Json);
    for (const [a, b] of [['1.5', '1.50'], ['1e3', '1000'], ['-0.0', '0'], ['100e-2', '1'], ['12345678901234567890.0', '12345678901234567890']]) expect(equal(a!, b!), `${a} ${b}`).toBe(true);
    for (const [a, b] of [['1.5', '1.51'], ['-1.0', '1'], ['1e400', '1e401'], ['9007199254740993.0', '9007199254740992'], ['1.0', '"1"']]) expect(equal(a!, b!), `${a} ${b}`).toBe(false);
  });
  it('shows no number as an object', () => {
    const big = parseJson('9007199254740993') as Json;
    expect(isContainer(big)).toBe(false);
    expect(String(big)).toBe('9007199254740993');
    expect(equalScalars(big, parseJson('9007199254740993') as Json)).toBe(true);
    expect(equalScalars(big, parseJson('9007199254740992') as Json)).toBe(false);
  });
  it('refuses what is none', () => {
    for (const text of ['', '{', '[12345678901234567890', '12345678901234567890 1']) expect(() => parseJson(text)).toThrow();
  });
  it('keeps digits where the browser shows them', () => {
    expect(keepDigits('', 9007199254740992, { source: '9007199254740993' })).toEqual(new LosslessNumber('9007199254740993'));
    expect(keepDigits('', 1, { source: '1' })).toBe(1);
    expect(keepDigits('', 1)).toBe(1);
    expect(keepDigits('', 'text', { source: '"text"' })).toBe('text');
  });
});

describe('the data of a result', () => {
  it('has numbers in its own fields, and every digit in documents', () => {
    const data = parseJson('{"rows":[{"avg":6.66666666666666666667,"data":{"id":9007199254740993}}]}');
    expect(jsonText(typedData(data))).toBe('{"rows":[{"avg":6.666666666666667,"data":{"id":9007199254740993}}]}');
  });
  it('has documents in the columns that our queries select', () => {
    const files = import.meta.glob<string>(['../**/*.generated.ts', '!./schema.generated.ts'], { query: '?raw', import: 'default', eager: true });
    const used = new Set<string>();
    for (const text of Object.values(files)) {
      for (const [, name] of text.matchAll(/(\w+): import\("~\/api\/json"\)\.Json/g)) used.add(name!);
    }
    expect([...used].sort()).toEqual([...documentColumns].sort());
  });
});
