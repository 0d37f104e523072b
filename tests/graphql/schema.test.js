// Our schema and what introspection says of it, in the eyes of graphql-js. SCHEMA_DUMP is the program
// that has them for a new store.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  assertValidSchema,
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  printSchema,
} from 'graphql';

function ask(role, ...requests) {
  const { stdout, status, stderr } = spawnSync(process.env.SCHEMA_DUMP, [role], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const everything = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
};

test('the committed schema is valid, and printed as graphql-js prints it', () => {
  const sdl = readFileSync(new URL('../../schemas/graphql/schema.graphql', import.meta.url), 'utf8');
  const schema = buildSchema(sdl);
  assertValidSchema(schema);
  assert.equal(`${printSchema(schema)}\n`, sdl);
});

for (const role of ['admin', 'user', 'nobody']) {
  test(`introspection equals the SDL for ${role}`, () => {
    const { sdl, answers } = ask(
      role,
      { query: getIntrospectionQuery(everything) },
      { query: getIntrospectionQuery() },
    );
    const schema = buildClientSchema(answers[0]);
    assertValidSchema(schema);
    assert.equal(`${printSchema(schema)}\n`, sdl);
    assert.equal(printSchema(buildClientSchema(answers[1])), printSchema(schema));
    if (role === 'nobody') assert.match(sdl, /no_queries_available: String!/);
    if (role === 'user') assert.doesNotMatch(sdl, /source_event_payload|error_stack|job_options/);
  });
}

test('one type, in pieces', () => {
  const { answers } = ask(
    'user',
    {
      query: `query ($name: String!) {
        it: __type(name: $name) { __typename kind ...Fields inputFields { name } isOneOf ofType { name } }
        other: __type(name: "nothing") { name }
        scalar: __type(name: "jsonb") { kind name specifiedByURL fields { name } }
        inside: __type(name: "__Field") { fields(includeDeprecated: true) { name } }
      }
      fragment Fields on __Type {
        fields(includeDeprecated: false) { __typename name type { ...Reference } args { name } isDeprecated deprecationReason }
      }
      fragment Reference on __Type { kind name ofType { kind name ofType { kind name fields { name } } } }`,
      variables: { name: 'job_logs_aggregate' },
    },
    { query: '{ __schema { queryType { name fields { name } } mutationType { name } } }' },
  );
  const [{ it, other, scalar, inside }, { __schema: schema }] = answers;
  assert.equal(it.__typename, '__Type');
  assert.equal(it.kind, 'OBJECT');
  assert.equal(it.inputFields, null);
  assert.equal(it.ofType, null);
  assert.deepEqual(it.fields.map((field) => field.name), ['aggregate', 'group_by', 'nodes']);
  const nodes = it.fields[2];
  assert.equal(nodes.__typename, '__Field');
  assert.equal(nodes.isDeprecated, false);
  assert.equal(nodes.deprecationReason, null);
  assert.deepEqual(
    [nodes.type.kind, nodes.type.ofType.kind, nodes.type.ofType.ofType.kind],
    ['NON_NULL', 'LIST', 'NON_NULL'],
  );
  assert.equal(other, null);
  assert.deepEqual(scalar, { kind: 'SCALAR', name: 'jsonb', specifiedByURL: null, fields: null });
  assert.ok(inside.fields.some((field) => field.name === 'isDeprecated'));
  assert.equal(schema.queryType.name, 'query_root');
  assert.ok(schema.queryType.fields.some((field) => field.name === 'invocations_by_pk'));
  assert.equal(schema.mutationType, null);
});

test('introspection queries that are refused', () => {
  // Conditions lead to conditions, so this has millions of names.
  const deep = `{ __schema { types { ${'inputFields { type { '.repeat(8)} name ${'} }'.repeat(8)} } } }`;
  const { answers } = ask(
    'admin',
    { query: '{ __schema }' },
    { query: '{ __schema { nonsense } }' },
    { query: '{ __schema { types { name { x } } } }' },
    { query: '{ __schema { types { fields } } }' },
    { query: '{ __schema { types { fields(x: 1) { name } } } }' },
    { query: '{ __type { name } }' },
    { query: '{ __type(name: 1) { name } }' },
    { query: deep },
  );
  assert.deepEqual(answers.map(String), [
    "$.selectionSet.__schema: missing selection set for '__Schema'",
    "$.selectionSet.__schema.selectionSet.nonsense: field 'nonsense' not found in type: '__Schema'",
    '$.selectionSet.__schema.selectionSet.types.selectionSet.name: unexpected subselection set for non-object field',
    "$.selectionSet.__schema.selectionSet.types.selectionSet.fields: missing selection set for '__Field'",
    "$.selectionSet.__schema.selectionSet.types.selectionSet.fields: 'fields' has no argument named 'x'",
    "$.selectionSet.__type.args.name: missing required field 'name'",
    "$.selectionSet.__type.args.name: expected a string for type 'String', but found an integer",
    '$: the answer is larger than 8388608 bytes',
  ]);
});
