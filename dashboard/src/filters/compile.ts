import type { Where } from '~/api/where';
import { parseDuration } from '~/format/duration';
import { filterFromText, takesValues, type Filter, type FilterField, type Operator } from './fields';

export const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (text: string) => uuid.test(text.trim());

/** The first and the last UUID with this prefix; undefined unless it is 4 or more hex digits. */
export function uuidPrefixRange(text: string): { _gte: string; _lte: string } | undefined {
  const digits = text.trim().toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{4,32}$/.test(digits) || !/^[0-9a-f-]+$/i.test(text.trim())) return undefined;
  const whole = (fill: string) => digits.padEnd(32, fill).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { _gte: whole('0'), _lte: whole('f') };
}

/** `path` with `comparison` at its end: { event_executions: { event_name: {…} } }. */
export const at = (path: readonly string[], comparison: unknown): Where =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), comparison) as Where;

function valueOf(field: FilterField, text: string): unknown {
  switch (field.kind) {
    case 'number':
      return Number(text);
    case 'duration':
      return Math.round(parseDuration(text)!);
    case 'flag':
      return text === 'yes';
    default:
      return text;
  }
}

// The columns behind numbers and durations have 32 bits.
const largest = 2 ** 31 - 1;
const fits = (value: number) => Number.isInteger(value) && Math.abs(value) <= largest;

/** Why the field cannot have this value, or undefined. */
export function valueProblem(field: FilterField, text: string): string | undefined {
  switch (field.kind) {
    case 'number':
      return fits(Number(text)) ? undefined : `${text} is not a whole number up to ${largest}`;
    case 'duration': {
      const ms = parseDuration(text);
      if (ms === undefined) return `${text} is not a duration; it is like 250 ms, 1.5s or 2m`;
      return fits(Math.round(ms)) ? undefined : `${text} is longer than 24 days`;
    }
    case 'flag':
      return text === 'yes' || text === 'no' ? undefined : `${text} is neither yes nor no`;
    case 'uuid':
      return isUuid(text) ? undefined : `${text} is not an id`;
    case 'choice':
      return !field.options || field.options.includes(text) ? undefined : `${text} is not one of ${field.options.join(', ')}`;
    case 'text':
      return undefined;
  }
}

/** Why a filter of the address cannot be used, or undefined. */
export function filterProblem(text: string, fields: readonly FilterField[]): string | undefined {
  const filter = filterFromText(text, fields);
  if (!filter) return 'this page has no such filter';
  const field = fields.find(({ id }) => id === filter.field)!;
  return filter.values.map((value) => valueProblem(field, value)).find((problem) => problem !== undefined);
}

/** As LIKE has it: an asterisk stands for any text. */
export const likePattern = (text: string) => escapeLike(text).replaceAll('*', '%');

const on = (field: FilterField, comparison: Where): Where =>
  at(field.path.slice(0, -1), { ...field.beside, [field.path.at(-1)!]: comparison });

/** What must hold for a column, ignoring the negation that `isExclusion` adds. */
function comparison(field: FilterField, operator: Operator, values: readonly string[]): Where | undefined {
  if (operator === 'empty' || operator === 'present') return on(field, { _is_null: field.path.length === 1 });
  if (operator === 'has' || operator === 'lacks') {
    return { _or: values.map((text) => on(field, { _ilike: `%${escapeLike(text)}%` })) };
  }
  if (operator === 'like' || operator === 'unlike') return { _or: values.map((text) => on(field, { _like: likePattern(text) })) };
  // The database would refuse the others. No row has an id that is none.
  const possible = values.filter((text) => field.kind === 'choice' || !valueProblem(field, text)).map((text) => valueOf(field, text));
  if (operator === 'gte' || operator === 'lte') {
    return possible.length === 0 ? undefined : on(field, { [`_${operator}`]: possible[0] });
  }
  if (possible.length === 0 && field.kind !== 'uuid') return undefined;
  return on(field, possible.length === 1 ? { _eq: possible[0] } : { _in: possible });
}

export const isExclusion = (operator: Operator) => operator === 'not' || operator === 'lacks' || operator === 'unlike';

/** The exact opposite of including: rows without a value are not excluded. */
function excluding(field: FilterField, including: Where): Where {
  if (field.path.length > 1) return { _not: including };
  return { _or: [{ _not: including }, at(field.path, { _is_null: true })] };
}

/** Of one column. A related table has a value if one of its rows has. */
function compileColumn(field: FilterField, { operator, values }: Filter): Where | undefined {
  const including = comparison(field, operator, values);
  if (!including) return undefined;
  if (isExclusion(operator)) return excluding(field, including);
  const opposite = operator === (field.path.length === 1 ? 'present' : 'empty');
  return opposite ? { _not: including } : including;
}

export function compileFilter(filter: Filter, fields: readonly FilterField[]): Where | undefined {
  const field = fields.find(({ id }) => id === filter.field);
  if (!field) return undefined;
  const columns = [field.path, ...(field.also ?? [])].map((path) => compileColumn({ ...field, path }, filter));
  const known = columns.filter((where) => where !== undefined);
  if (known.length < 2) return known[0];
  return isExclusion(filter.operator) || filter.operator === 'empty' ? { _and: known } : { _or: known };
}

/** All of them must hold. */
export function compileFilters(filters: readonly Filter[], fields: readonly FilterField[]): Where[] {
  const joint = fields.flatMap(({ id }) => jointFilters(id, filters, fields));
  const alone = filters.filter((filter) => !joint.some((group) => group.includes(filter)));
  return [...alone.map((filter) => compileFilter(filter, fields)), ...joint.map((group) => compileRow(group, fields))].filter((where) => where !== undefined);
}

/** The filters on a field and on those of the same related row, if there are both. */
function jointFilters(id: string, filters: readonly Filter[], fields: readonly FilterField[]): Filter[][] {
  const beside = filters.filter(({ field }) => fields.some((one) => one.id === field && one.sameRowAs === id));
  const main = filters.filter(({ field, operator }) => field === id && takesValues(operator) && !isExclusion(operator));
  return beside.length > 0 && main.length > 0 ? [[...main, ...beside]] : [];
}

/** There is a related row for which all of the filters hold. */
function compileRow(filters: readonly Filter[], fields: readonly FilterField[]): Where {
  const fieldOf = (filter: Filter) => fields.find(({ id }) => id === filter.field)!;
  const conditions = filters.map((filter) => compileColumn({ ...fieldOf(filter), path: fieldOf(filter).path.slice(1) }, filter));
  return { [fieldOf(filters[0]!).path[0]!]: { _and: conditions.filter((where) => where !== undefined) } };
}

/** Contains the text, in any of these columns. A jsonb column is searched as its text. */
export function searchWhere(text: string, columns: readonly { path: readonly string[]; json?: boolean }[]): Where {
  const like = { _ilike: `%${escapeLike(text)}%` };
  return { _or: columns.map(({ path, json }) => at(path, json ? { _cast: { String: like } } : like)) };
}
