import { toMs } from '~/format/time';
import type { AnalyticsErrorsQuery } from './analytics.generated';
import { commonPart, fingerprint } from './fingerprint';

/** Where an error came up. */
export type Place = 'job' | 'handler' | 'detection' | 'function';

export interface ErrorGroup {
  fingerprint: string;
  /** One of the messages as it was. */
  example: string;
  /** What all of the messages have in common, for searching. */
  search: string;
  count: number;
  before: number;
  first: string;
  last: string;
  places: { place: Place; name: string; count: number }[];
}

interface Said {
  place: Place;
  name: string;
  message: string;
  count: number;
  first: string;
  last: string;
}

function said(answer: AnalyticsErrorsQuery): Said[] {
  const parts: [Place, AnalyticsErrorsQuery['jobs']][] = [
    ['job', answer.jobs],
    ['handler', answer.handlers],
    ['detection', answer.detections],
    ['function', answer.invocations],
  ];
  return parts.flatMap(([place, { group_by }]) =>
    group_by.map(({ group_key, aggregate }) => ({
      place,
      name: group_key.name ?? '',
      message: group_key.message ?? '',
      count: aggregate.count,
      first: aggregate.min?.created_at ?? '',
      last: aggregate.max?.created_at ?? '',
    })),
  );
}

/** The errors of a time, the most frequent first, with how often each came in the time before. */
export function errorGroups(answer: AnalyticsErrorsQuery, before: AnalyticsErrorsQuery | undefined): ErrorGroup[] {
  const earlier = new Map<string, number>();
  for (const { message, count } of before ? said(before) : []) {
    const key = fingerprint(message);
    earlier.set(key, (earlier.get(key) ?? 0) + count);
  }
  const groups = new Map<string, ErrorGroup>();
  for (const { place, name, message, count, first, last } of said(answer)) {
    const key = fingerprint(message);
    const group = groups.get(key) ?? {
      fingerprint: key, example: message, search: commonPart(message), count: 0, before: earlier.get(key) ?? 0, first, last, places: [],
    };
    groups.set(key, {
      ...group,
      example: toMs(last) >= toMs(group.last) ? message : group.example,
      count: group.count + count,
      first: toMs(first) < toMs(group.first) ? first : group.first,
      last: toMs(last) > toMs(group.last) ? last : group.last,
      places: withPlace(group.places, { place, name, count }),
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || toMs(b.last) - toMs(a.last));
}

function withPlace(places: ErrorGroup['places'], added: ErrorGroup['places'][number]): ErrorGroup['places'] {
  const same = places.find(({ place, name }) => place === added.place && name === added.name);
  const rest = places.filter((each) => each !== same);
  return [...rest, { ...added, count: added.count + (same?.count ?? 0) }].sort((a, b) => b.count - a.count);
}

/** How many were looked at of a sort, which tells whether there may be more. */
export const mostLookedAt = (answer: AnalyticsErrorsQuery) =>
  Math.max(
    ...[answer.jobs, answer.handlers, answer.detections, answer.invocations].map(({ group_by }) =>
      group_by.reduce((sum, { aggregate }) => sum + aggregate.count, 0),
    ),
  );
