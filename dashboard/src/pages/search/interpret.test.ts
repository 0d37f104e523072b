import { describe, expect, it } from 'vitest';
import { interpret, lookupsFor } from './interpret';

const row = (table: string | undefined, id: string, typed: string) => ({ kind: 'row', table, id, typed });

describe('the kind of typed text', () => {
  it.each([
    ['', { kind: 'nothing' }],
    [' 01A20361-e14a-7000-8000-000000000000 ', { kind: 'id', id: '01a20361-e14a-7000-8000-000000000000' }],
    ['a.b@example.com', { kind: 'email', email: 'a.b@example.com' }],
    ['orders:48190', row('orders', '48190', 'orders:48190')],
    ['public.orders:48190', row('public.orders', '48190', 'public.orders:48190')],
    ['order 48190', row('order', '48190', 'order 48190')],
    ['Order #48190', row('Order', '48190', 'Order #48190')],
    ['#48190', row(undefined, '48190', '#48190')],
    ['48190', row(undefined, '48190', '48190')],
    ['user 01a20361-e14a-7000-8000-000000000000', row('user', '01a20361-e14a-7000-8000-000000000000', 'user 01a20361-e14a-7000-8000-000000000000')],
    ['order-2026-11', { kind: 'text', text: 'order-2026-11' }],
    ['card declined', { kind: 'text', text: 'card declined' }],
    ['TypeError: x is not a function', { kind: 'text', text: 'TypeError: x is not a function' }],
  ])('%j', (typed, question) => expect(interpret(typed)).toEqual(question));
});

describe('the searches for a text', () => {
  it('find a row by number and by text, before and after', () => {
    const [changes] = lookupsFor(interpret('public.orders:7'));
    expect(changes!.where).toEqual({
      _and: [
        { source_table: { _in: ['public.orders', 'orders'] } },
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
  it('find a table by the word that people use for it', () => {
    const tables = (typed: string) => {
      const [first] = lookupsFor(interpret(typed));
      const [{ _or: names }] = first!.where._and as [{ _or: { source_table: { _ilike: string } }[] }];
      return names.map(({ source_table }) => source_table._ilike);
    };
    expect(tables('order 7')).toEqual(['order', '%.order', 'orders', '%.orders']);
    expect(tables('category:7')).toContain('%.categories');
    expect(tables('address 7')).toContain('addresses');
    expect(tables('order_items:7')).toContain('%.order\\_items');
    expect(lookupsFor(interpret('#7'))[0]!.title).toBe('Changes of the row 7 of any table');
    expect(lookupsFor(interpret('order 7')).map(({ title }) => title)).toContain('In logs');
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
