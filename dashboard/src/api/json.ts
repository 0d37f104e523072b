import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** The value of a jsonb column. A number that a `number` would show with other digits is a LosslessNumber. */
export type Json = null | boolean | number | LosslessNumber | string | Json[] | { [key: string]: Json };

type Container = Json[] | { [key: string]: Json };

export const isContainer = (value: Json | undefined): value is Container =>
  typeof value === 'object' && value !== null && !isLosslessNumber(value);

export const isNumber = (value: Json): value is number | LosslessNumber =>
  typeof value === 'number' || isLosslessNumber(value);

/** Whether two values without members are equal. */
export const equalScalars = (a: Json, b: Json) =>
  a === b || (isNumber(a) && isNumber(b) && sameNumber(String(a), String(b)));

/** The digits without zeros around them, and the power of ten of their last one. */
function partsOf(digits: string) {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(digits)!;
  const all = (whole! + fraction).replace(/^0+/, '');
  const significant = all.replace(/0+$/, '');
  return { sign: significant === '' ? '' : sign, significant, power: significant === '' ? 0 : Number(exponent) - fraction.length + all.length - significant.length };
}

function sameNumber(a: string, b: string): boolean {
  const [left, right] = [partsOf(a), partsOf(b)];
  return left.sign === right.sign && left.significant === right.significant && left.power === right.power;
}

const number = (digits: string) => (String(Number(digits)) === digits ? Number(digits) : new LosslessNumber(digits));

// Numbers that a `number` may show with other digits: of at least 16, with an exponent, with a zero at the end of a
// fraction, or a negative zero. The browser's own parser is many times faster.
const mayLoseDigits = /(?:^|[[:,\s])-?(?:\d[\d.]{15}|\d[\d.]*[eE][+-]?\d|\d+\.\d*0(?=[\s,\]}]|$)|(?<=-)0(?=[\s,\]}]|$))/;

/** Parses JSON without losing or changing a digit. */
export const parseJson = (text: string): unknown =>
  mayLoseDigits.test(text) ? parse(text, undefined, number) : JSON.parse(text);

/** The text of any JSON, with every digit. */
export const jsonText = (value: unknown, indent?: number): string => stringify(value, undefined, indent) ?? '';

/** Of JSON.parse, where nobody can choose the parser: keeps the digits in browsers that show them to it. */
export const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined ? number(context.source) : value;

/** The jsonb columns that our queries select. */
export const documentColumns: ReadonlySet<string> = new Set([
  'context_data', 'data', 'job_options', 'result', 'source_event_payload',
]);

/** The data of a result: its own numbers are numbers, as their types say; documents keep their digits. */
export function typedData<Data>(data: Data): Data {
  if (isLosslessNumber(data)) return Number(data.value) as Data;
  if (typeof data !== 'object' || data === null) return data;
  const members = data as Record<string, unknown>;
  for (const [key, value] of Object.entries(members)) {
    if (!documentColumns.has(key)) members[key] = typedData(value);
  }
  return data;
}
