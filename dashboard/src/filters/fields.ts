import type { Where } from '~/api/where';

/** The kind of a column's values, which determines its operators. */
export type FieldKind = 'choice' | 'text' | 'uuid' | 'number' | 'duration' | 'flag';

export interface FilterField {
  id: string;
  label: string;
  kind: FieldKind;
  /** The path from the filtered table to the column: ['event_executions', 'event_name']. */
  path: readonly string[];
  /** Further columns of the same kind that the filter looks at. */
  also?: readonly (readonly string[])[];
  /** A further condition on the same related row. */
  beside?: Where;
  /** Together with a filter on this field, both hold for one related row. */
  sameRowAs?: string;
  /** The values of a choice, if they are known. */
  options?: readonly string[];
}

export type Operator = 'is' | 'not' | 'has' | 'lacks' | 'like' | 'unlike' | 'gte' | 'lte' | 'empty' | 'present';

export interface Filter {
  field: string;
  operator: Operator;
  values: readonly string[];
}

export const operatorLabels: Record<Operator, string> = {
  is: 'is',
  not: 'is not',
  has: 'contains',
  lacks: 'does not contain',
  like: 'matches (* is any text)',
  unlike: 'does not match (* is any text)',
  gte: 'at least',
  lte: 'at most',
  empty: 'is empty',
  present: 'is not empty',
};

const operatorsOf: Record<FieldKind, readonly Operator[]> = {
  choice: ['is', 'not'],
  text: ['is', 'not', 'has', 'lacks', 'like', 'unlike', 'empty', 'present'],
  uuid: ['is', 'not', 'empty', 'present'],
  number: ['gte', 'lte', 'is', 'not'],
  duration: ['gte', 'lte'],
  flag: ['is'],
};

export const operatorsFor = (kind: FieldKind) => operatorsOf[kind];

export const takesValues = (operator: Operator) => operator !== 'empty' && operator !== 'present';

const operators = Object.keys(operatorLabels) as Operator[];

// No text is escaped to this.
const blank = '\\-';
const escape = (text: string) => (text === '' ? blank : text.replaceAll('\\', '\\\\').replaceAll(',', '\\,'));
const splitValues = (text: string) =>
  (text.match(/(?:\\.|[^,\\])+/gs) ?? []).map((part) => (part === blank ? '' : part.replace(/\\(.)/gs, '$1')));

/** status:is:failed,crashed */
export const filterToText = ({ field, operator, values }: Filter) =>
  takesValues(operator) ? `${field}:${operator}:${values.map(escape).join(',')}` : `${field}:${operator}`;

/** Undefined if the text is not a filter on one of these fields. */
export function filterFromText(text: string, fields: readonly FilterField[]): Filter | undefined {
  const match = /^([a-z_]+):([a-z]+)(?::(.*))?$/s.exec(text);
  const operator = operators.find((name) => name === match?.[2]);
  const field = fields.find(({ id }) => id === match?.[1]);
  if (!match || !operator || !field || !operatorsFor(field.kind).includes(operator)) return undefined;
  const values = splitValues(match[3] ?? '');
  if (takesValues(operator) && values.length === 0) return undefined;
  return { field: field.id, operator, values };
}
