import { describe, expect, it } from 'vitest';
import { fitDocument } from './fit';
import { seenWhere, type RoleSchema } from './role-schema';

const type = (members: Record<string, string>) => new Map(Object.entries(members));

/** A role that sees neither payloads, the lines of jobs, nor what they return. */
const schema: RoleSchema = new Map([
  ['query_root', type({ runs: 'runs', runs_aggregate: 'runs_aggregate' })],
  ['runs', type({ id: 'uuid', status: 'String', job: 'jobs', jobs: 'jobs' })],
  ['jobs', type({ id: 'uuid', runs: 'runs' })],
  ['runs_bool_exp', type({ _and: 'runs_bool_exp', id: 'uuid_comparison_exp', status: 'String_comparison_exp', jobs: 'jobs_bool_exp' })],
  ['jobs_bool_exp', type({ id: 'uuid_comparison_exp' })],
  ['runs_order_by', type({ id: 'order_by' })],
]);

const words = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('an operation', () => {
  const { query, complete, variables } = fitDocument(
    `query Runs($where: runs_bool_exp!, $order_by: [runs_order_by!]!, $limit: Int!) {
      runs(where: $where, order_by: $order_by, limit: $limit) { ...Run job { result } jobs { id logs { id } edge: parent { id } } }
    }
    fragment Run on runs { id payload state: status jobs { result } }`,
    schema,
  );
  it('asks for what the role sees', () => {
    expect(words(query)).toBe(
      'query Runs($where: runs_bool_exp!, $order_by: [runs_order_by!]!, $limit: Int!) { runs(where: $where, order_by: $order_by, limit: $limit) ' +
        '{ ... { id state: status jobs { __typename } } job { __typename } jobs { id } } }',
    );
  });
  it('has null, or no rows, for the rest of its result', () => {
    const rows = [{ id: 'a', state: 'failed', job: null, jobs: [{ id: 'b' }] }, { id: 'c', state: 'failed', job: {}, jobs: [] }];
    expect(complete({ runs: rows })).toEqual({
      runs: [
        { id: 'a', payload: null, state: 'failed', job: null, jobs: [{ id: 'b', result: null, logs: [], edge: null }] },
        { id: 'c', payload: null, state: 'failed', job: { result: null }, jobs: [] },
      ],
    });
  });
  it('neither compares nor sorts by it', () => {
    expect(variables({ where: { payload: { _is_null: true } }, order_by: [{ payload: 'asc' }, { id: 'asc' }], limit: 3 })).toEqual({
      where: { _or: [] }, order_by: [{}, { id: 'asc' }], limit: 3,
    });
  });
  it('keeps a root field, which the server refuses', () => {
    expect(fitDocument('{ edges { id } }', schema).query).toContain('edges');
  });
});

describe('a condition', () => {
  const hidden = { payload: { _contains: {} } };
  const seen = { id: { _eq: 'a' } };
  it.each([
    [seen, seen],
    [{}, {}],
    [hidden, undefined],
    [{ ...seen, ...hidden }, undefined],
    [{ _or: [hidden, seen] }, { _or: [seen] }],
    [{ _or: [hidden, hidden] }, undefined],
    [{ _and: [seen, { _or: [hidden] }] }, undefined],
    [{ _and: [seen, { _or: [hidden, seen] }] }, { _and: [seen, { _or: [seen] }] }],
    [{ _and: [] }, { _and: [] }],
    [{ _not: hidden, ...seen }, seen],
    [{ jobs: { result: {} } }, undefined],
    [{ jobs: { id: { _eq: 'a' } } }, { jobs: { id: { _eq: 'a' } } }],
    [{ _or: [{ jobs: { result: {} } }, seen] }, { _or: [seen] }],
  ])('%j', (where, expected) => expect(seenWhere(where, 'runs_bool_exp', schema)).toEqual(expected));
});
