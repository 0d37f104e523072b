import { toMs } from '~/format/time';
import { fingerprint } from './fingerprint';

/** Where an error occurred. */
export type Place = 'job' | 'handler' | 'detection' | 'function';

export interface ErrorGroup {
  fingerprint: string;
  /** The latest of the messages. */
  example: string;
  count: number;
  before: number;
  first: string;
  last: string;
  places: ErrorPlace[];
}

export interface ErrorPlace {
  place: Place;
  name: string;
  /** How many jobs failed with it; of other places, in how many invocations it happened. */
  count: number;
  messages: (string | null)[];
}

interface MessageGroup {
  group_key: { name: string | null; message: string | null };
  aggregate: { count: number; invocations?: number; min: { created_at: string | null } | null; max: { created_at: string | null } | null };
}

interface MessageGroups {
  group_by: readonly MessageGroup[];
}

/** Equal messages of one time range, grouped by the server. */
export interface ErrorMessages {
  jobs: MessageGroups;
  handlers: MessageGroups;
  detections: MessageGroups;
  invocations: MessageGroups;
}

interface ErrorMessage {
  place: Place;
  name: string;
  message: string | null;
  count: number;
  first: string;
  last: string;
}

function messagesOf(result: ErrorMessages): ErrorMessage[] {
  const parts: [Place, MessageGroups][] = [
    ['job', result.jobs],
    ['handler', result.handlers],
    ['detection', result.detections],
    ['function', result.invocations],
  ];
  return parts.flatMap(([place, { group_by }]) =>
    group_by.map(({ group_key, aggregate }) => ({
      place,
      name: group_key.name ?? '',
      message: group_key.message,
      count: aggregate.invocations ?? aggregate.count,
      first: aggregate.min?.created_at ?? '',
      last: aggregate.max?.created_at ?? '',
    })),
  );
}

/** The errors of a time range, most frequent first, each with its count in the previous time range. */
export function errorGroups(result: ErrorMessages, before: ErrorMessages | undefined): ErrorGroup[] {
  const earlier = new Map<string, number>();
  for (const { message, count } of before ? messagesOf(before) : []) {
    const key = fingerprint(message ?? '');
    earlier.set(key, (earlier.get(key) ?? 0) + count);
  }
  const groups = new Map<string, ErrorGroup>();
  for (const { place, name, message, count, first, last } of messagesOf(result)) {
    const key = fingerprint(message ?? '');
    const group = groups.get(key) ?? {
      fingerprint: key, example: message ?? '', count: 0, before: earlier.get(key) ?? 0, first, last, places: [],
    };
    groups.set(key, {
      ...group,
      example: toMs(last) >= toMs(group.last) ? (message ?? '') : group.example,
      count: group.count + count,
      first: toMs(first) < toMs(group.first) ? first : group.first,
      last: toMs(last) > toMs(group.last) ? last : group.last,
      places: withPlace(group.places, { place, name, count, messages: [message] }),
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || toMs(b.last) - toMs(a.last));
}

function withPlace(places: ErrorGroup['places'], added: ErrorGroup['places'][number]): ErrorGroup['places'] {
  const same = places.find(({ place, name }) => place === added.place && name === added.name);
  const rest = places.filter((each) => each !== same);
  return [...rest, { ...added, count: added.count + (same?.count ?? 0), messages: [...(same?.messages ?? []), ...added.messages] }].sort((a, b) => b.count - a.count);
}

/** The largest number of rows that one of the queries read. At its limit, there may be more. */
export const mostRowsRead = (result: ErrorMessages) =>
  Math.max(
    ...[result.jobs, result.handlers, result.detections, result.invocations].map(({ group_by }) =>
      group_by.reduce((sum, { aggregate }) => sum + aggregate.count, 0),
    ),
  );
