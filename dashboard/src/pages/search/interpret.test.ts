import { describe, expect, it } from 'vitest';
import { interpret, lookupsFor } from './interpret';

describe('the kind of typed text', () => {
  it.each([
    ['', { kind: 'nothing' }],
    [' 01A20361-e14a-7000-8000-000000000000 ', { kind: 'id', id: '01a20361-e14a-7000-8000-000000000000' }],
    ['a.b@example.com', { kind: 'email', email: 'a.b@example.com' }],
    ['orders:48190', { kind: 'row', table: 'orders', id: '48190' }],
    ['public.orders:48190', { kind: 'row', table: 'public.orders', id: '48190' }],
    ['card declined', { kind: 'text', text: 'card declined' }],
    ['TypeError: x is not a function', { kind: 'text', text: 'TypeError: x is not a function' }],
  ])('%j', (typed, question) => expect(interpret(typed)).toEqual(question));
});

describe('the searches for a text', () => {
  it('find a row by number and by text, before and after', () => {
    const [changes] = lookupsFor(interpret('public.orders:7'));
    expect(changes!.where).toEqual({
      _and: [
        { source_table: { _in: ['orders', 'public.orders'] } },
        {
          _or: [
            { source_event_payload: { _contains: { event: { data: { new: { id: 7 } } } } } },
            { source_event_payload: { _contains: { event: { data: { old: { id: 7 } } } } } },
            { source_event_payload: { _contains: { event: { data: { new: { id: '7' } } } } } },
            { source_event_payload: { _contains: { event: { data: { old: { id: '7' } } } } } },
          ],
        },
      ],
    });
  });
  it('search ids at any time, and text in the time range', () => {
    const ranged = lookupsFor(interpret('01a20361-e14a-7000-8000-000000000000')).filter((lookup) => lookup.ranged);
    expect(ranged.map(({ title }) => title)).toEqual(['Mentioned in payloads']);
    expect(lookupsFor(interpret('declined')).filter((lookup) => !lookup.ranged).map(({ title }) => title)).toEqual([
      'The chain with this correlation id',
    ]);
  });
  it('recognises the beginning of an id', () => {
    expect(lookupsFor(interpret('01a20361'))[0]!.title).toBe('Ids with this prefix');
  });
});
