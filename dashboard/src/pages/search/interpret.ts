import { parseJson, type Json } from '~/api/json';
import type { Where } from '~/api/where';
import { at, escapeLike, isUuid, searchWhere, uuidPrefixRange } from '~/filters/compile';

/** What the user may have typed or pasted. */
export type Question =
  | { kind: 'nothing' }
  | { kind: 'id'; id: string }
  | { kind: 'email'; email: string }
  /** A row of a table, of any table without a name. */
  | { kind: 'row'; table?: string; id: string; typed: string }
  | { kind: 'text'; text: string };

export function interpret(typed: string): Question {
  const text = typed.trim();
  if (text === '') return { kind: 'nothing' };
  if (isUuid(text)) return { kind: 'id', id: text.toLowerCase() };
  if (/^[^\s@:]+@[^\s@:]+$/.test(text)) return { kind: 'email', email: text };
  const row =
    /^(?<table>[a-z_][\w.]*):(?<id>\S+)$/i.exec(text) ??
    /^(?<table>[a-z_][\w.]*)?\s*#(?<id>[\w-]+)$/i.exec(text) ??
    // Beside a word, only what looks like an id is one: 'card declined' is a text.
    /^(?<table>[a-z_][\w.]*)\s+(?<id>-?\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(text) ??
    /^(?<id>\d+)$/.exec(text);
  if (row) return { kind: 'row', table: row.groups!.table, id: row.groups!.id!, typed: text };
  return { kind: 'text', text };
}

/** One search in one table. */
export interface Lookup {
  title: string;
  table: 'invocations' | 'jobs' | 'events' | 'logs';
  where: Where;
  /** Limited to the time range, since no index finds text. */
  ranged: boolean;
}

export const tableNames: Record<Lookup['table'], string> = {
  invocations: 'invocations',
  jobs: 'job_executions',
  events: 'event_executions',
  logs: 'job_logs',
};

const lookup = (title: string, table: Lookup['table'], where: Where, ranged = false): Lookup => ({ title, table, where, ranged });

/** A table as people call it: 'order' and 'orders' are the table orders of any schema, 'shop.orders' is one. */
function tableWhere(table: string): Where {
  if (table.includes('.')) return { source_table: { _in: [table, table.split('.').at(-1)!] } };
  const names = [table, pluralOf(table)].map(escapeLike);
  return { _or: names.flatMap((name) => [name, `%.${name}`]).map((like) => ({ source_table: { _ilike: like } })) };
}

const pluralOf = (word: string) => (/[^aeiou]y$/i.test(word) ? `${word.slice(0, -1)}ies` : /(?:[sxz]|[cs]h)$/i.test(word) ? `${word}es` : `${word}s`);

/** The same row as a trigger saw it, before or after. Its id is a number or text. */
function rowWhere(table: string | undefined, id: string): Where {
  const ids: Json[] = /^-?(0|[1-9]\d*)$/.test(id) ? [parseJson(id) as Json, id] : [id];
  const payloads = ids.flatMap((value) => ['new', 'old'].map((age) => ({ event: { data: { [age]: { id: value } } } })));
  return {
    _and: [
      ...(table === undefined ? [] : [tableWhere(table)]),
      { _or: payloads.map((payload) => ({ source_event_payload: { _contains: payload } })) },
    ],
  };
}

function byId(id: string): Lookup[] {
  return [
    lookup('Invocation with this id', 'invocations', { id: { _eq: id } }),
    lookup('The chain with this correlation id', 'invocations', { correlation_id: { _eq: id } }),
    lookup('Started by this Hasura event', 'invocations', { source_event_id: { _eq: id } }),
    lookup('Started by this job', 'invocations', { source_job_id: { _eq: id } }),
    lookup('Job with this id', 'jobs', { id: { _eq: id } }),
    lookup('Event execution with this id', 'events', { id: { _eq: id } }),
    lookup('Mentioned in payloads', 'invocations', payloadWhere(id), true),
  ];
}

const payloadWhere = (text: string) =>
  searchWhere(text, [
    { path: ['source_event_payload'], json: true },
    { path: ['context_data'], json: true },
  ]);

const contains = (path: string[], text: string) => at(path, { _ilike: `%${escapeLike(text)}%` });

function byText(text: string): Lookup[] {
  const ids = uuidPrefixRange(text);
  return [
    ...(ids ? [lookup('Ids with this prefix', 'invocations', { id: ids }), lookup('Jobs whose ids have this prefix', 'jobs', { id: ids })] : []),
    lookup('The chain with this correlation id', 'invocations', { correlation_id: { _eq: text } }),
    lookup('In payloads and context', 'invocations', payloadWhere(text), true),
    lookup('In errors of invocations', 'invocations', searchWhere(text, [{ path: ['error_message'] }, { path: ['error_stack'] }]), true),
    lookup(
      'In names and errors of jobs', 'jobs',
      { _or: [contains(['job_name'], text), contains(['error_message'], text), contains(['error_stack'], text)] },
      true,
    ),
    lookup('In names of events', 'events', contains(['event_name'], text), true),
    lookup('In logs', 'logs', contains(['message'], text), true),
  ];
}

/** All searches for what the user typed, the most likely first. */
export function lookupsFor(question: Question): Lookup[] {
  switch (question.kind) {
    case 'nothing':
      return [];
    case 'id':
      return byId(question.id);
    case 'email':
      return [
        lookup('Triggered by this person', 'invocations', { source_user_email: { _ilike: escapeLike(question.email) } }, true),
        lookup('In payloads and context', 'invocations', payloadWhere(question.email), true),
        lookup('In logs', 'logs', contains(['message'], question.email), true),
      ];
    case 'row':
      return [
        lookup(`Changes of the row ${question.id}${question.table ? ` of ${question.table}` : ' of any table'}`, 'invocations', rowWhere(question.table, question.id), true),
        ...(isUuid(question.id) ? byId(question.id) : byText(question.typed)),
      ];
    case 'text':
      return byText(question.text);
  }
}

/** What is looked for, in words. */
export function meaningOf(question: Question): string {
  switch (question.kind) {
    case 'nothing':
      return '';
    case 'id':
      return 'an id of an invocation, a chain, a Hasura event, a job or an event';
    case 'email':
      return 'what a person triggered, and the address anywhere';
    case 'row':
      return `the row ${question.id} of ${question.table ?? 'any table'}, and the text “${question.typed}” anywhere`;
    case 'text':
      return uuidPrefixRange(question.text) ? 'the beginning of an id, a correlation id, and the text anywhere' : 'a correlation id, and the text anywhere';
  }
}
