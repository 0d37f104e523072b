import { filterToText, type Operator } from '~/filters/fields';
import { failedStatuses } from '~/domain/status';
import type { ErrorGroup, ErrorPlace, Place } from '~/domain/errors';
import { matches, patternOf } from '~/domain/fingerprint';

export interface ErrorLink {
  path: '/jobs' | '/invocations';
  filters: string[];
}

const messageFields: Record<Place, string> = { job: 'error', function: 'own_error', handler: 'handler_error', detection: 'detection_error' };

// As many, and as long, as an address may well have.
const mostListed = 5;
const longestListed = 400;

const filter = (field: string, operator: Operator, ...values: string[]) => filterToText({ field, operator, values });

function nameFilters({ place, name }: ErrorPlace): string[] {
  if (place === 'job') return [filter('job', 'is', name), filter('status', 'is', ...failedStatuses.filter((status) => status !== 'timeout'))];
  return [filter(place === 'function' ? 'function' : 'event', 'is', name)];
}

/** The list that has exactly what is counted at one place of an error; undefined if no filters select that. */
export function errorLink(found: ErrorPlace, group: ErrorGroup, groups: readonly ErrorGroup[]): ErrorLink | undefined {
  const messages = messageFilters(found, group, groups);
  return messages && { path: found.place === 'job' ? '/jobs' : '/invocations', filters: [...nameFilters(found), ...messages] };
}

function messageFilters(found: ErrorPlace, group: ErrorGroup, groups: readonly ErrorGroup[]): string[] | undefined {
  const field = messageFields[found.place];
  const own = found.messages.filter((message) => message !== null);
  if (own.length === 0) return [filter(field, 'empty')];
  if (own.length < found.messages.length) return undefined;
  if (own.length <= mostListed && own.join('').length <= longestListed) return [filter(field, 'is', ...own)];

  // A pattern may match the messages of other errors as well.
  const others = groups
    .filter((other) => other !== group)
    .map((other) => ({ pattern: patternOf(other.fingerprint), texts: textsAt(other, found) }))
    .filter(({ texts }) => texts.length > 0);
  const pattern = patternOf(group.fingerprint);
  for (const like of [pattern, `*${pattern.replaceAll(' ', '*')}`]) {
    const beyond = others.filter(({ texts }) => texts.some((text) => matches(like, text)));
    const unlike = beyond.map((other) => other.pattern);
    const isExact =
      own.every((text) => matches(like, text) && !unlike.some((other) => matches(other, text))) &&
      beyond.every((other) => other.texts.every((text) => !matches(like, text) || matches(other.pattern, text)));
    if (isExact) return [filter(field, 'like', like), ...(unlike.length > 0 ? [filter(field, 'unlike', ...unlike)] : [])];
  }
  return undefined;
}

const textsAt = ({ places }: ErrorGroup, { place, name }: ErrorPlace): string[] =>
  places.filter((other) => other.place === place && other.name === name).flatMap(({ messages }) => messages.filter((message) => message !== null));
