// Our parser against graphql-js, over texts that were written for it and texts that are made from
// those by chance. PARSE_DUMP is the program that runs ours; SEED repeats a run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Kind, getLocation, parse } from 'graphql';
import { accepted, refused } from './documents.js';

const executable = new Set([Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION]);

function value(node) {
  switch (node.kind) {
    case Kind.NULL:
      return ['null'];
    case Kind.BOOLEAN:
      return ['boolean', node.value];
    case Kind.INT:
      return ['int', node.value];
    case Kind.FLOAT:
      return ['float', node.value];
    case Kind.STRING:
      return ['string', node.value];
    case Kind.ENUM:
      return ['enum', node.value];
    case Kind.VARIABLE:
      return ['variable', node.name.value];
    case Kind.LIST:
      return ['list', node.values.map(value)];
    case Kind.OBJECT:
      return ['object', node.fields.map((field) => [field.name.value, value(field.value)])];
  }
  throw new Error(`no value: ${node.kind}`);
}

const type = (node) =>
  node.kind === Kind.NON_NULL_TYPE
    ? `${type(node.type)}!`
    : node.kind === Kind.LIST_TYPE
      ? `[${type(node.type)}]`
      : node.name.value;

const directives = (nodes) =>
  nodes.map((node) => [node.name.value, argumentsOf(node)]);
const argumentsOf = (node) =>
  (node.arguments ?? []).map((argument) => [argument.name.value, value(argument.value)]);

function selections(set) {
  return (set?.selections ?? []).map((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      return { spread: node.name.value, directives: directives(node.directives) };
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return {
        on: node.typeCondition?.name.value ?? '',
        directives: directives(node.directives),
        selections: selections(node.selectionSet),
      };
    }
    const { line, column } = getLocation(node.loc.source, node.loc.start);
    return {
      alias: node.alias?.value ?? '',
      name: node.name.value,
      arguments: argumentsOf(node),
      directives: directives(node.directives),
      selections: selections(node.selectionSet),
      location: [line, column],
    };
  });
}

// What graphql-js makes of a text, in the form that the program writes; null if it is refused.
function expected(text) {
  let document;
  try {
    document = parse(text);
  } catch {
    return null;
  }
  if (!document.definitions.every((definition) => executable.has(definition.kind))) return null;
  const of = (kind) => document.definitions.filter((definition) => definition.kind === kind);
  return {
    operations: of(Kind.OPERATION_DEFINITION).map((node) => ({
      kind: node.operation,
      name: node.name?.value ?? '',
      variables: (node.variableDefinitions ?? []).map((variable) => [
        variable.variable.name.value,
        type(variable.type),
        variable.defaultValue ? value(variable.defaultValue) : null,
      ]),
      directives: directives(node.directives),
      selections: selections(node.selectionSet),
    })),
    fragments: of(Kind.FRAGMENT_DEFINITION).map((node) => ({
      name: node.name.value,
      on: node.typeCondition.name.value,
      selections: selections(node.selectionSet),
    })),
  };
}

function ours(texts) {
  const { stdout, status, stderr } = spawnSync(process.env.PARSE_DUMP, {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

// Columns are bytes with us and UTF-16 units there, so they are compared where those are the same.
const withoutLocations = (tree) =>
  JSON.parse(JSON.stringify(tree, (key, part) => (key === 'location' ? undefined : part)));
const isAscii = (text) => /^[\x00-\x7f]*$/.test(text);

function compare(texts) {
  ours(texts).forEach((result, index) => {
    const text = texts[index];
    const form = isAscii(text) ? (tree) => tree : withoutLocations;
    assert.deepEqual(form(result), form(expected(text)), `of ${JSON.stringify(text)}`);
  });
}

// A small generator, so that a run can be repeated (mulberry32).
function generator(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const pieces = [
  ...'{}()[]!:=@$|&,.#"\\/\n\r\t -+_0123456789aeEnux',
  '...', '"""', '\\"""', '\\u', '\\u{', '\ud83d\ude00', '\ufeff', 'é', 'on', 'query', 'fragment',
  'null', 'true', '1.5', '-0', '1e3', '\\uD83D', '\\uDE00', '\\u{1F600}', '\r\n', '$a', '@skip(if: true)',
];

function mutate(text, random) {
  const result = [...text];
  for (let times = 1 + random(3); times > 0; --times) {
    const at = random(result.length + 1);
    const length = random(6);
    switch (random(4)) {
      case 0:
        result.splice(at, 1 + random(2));
        break;
      case 1:
        result.splice(at, 0, pieces[random(pieces.length)]);
        break;
      case 2:
        result.splice(at, 1, pieces[random(pieces.length)]);
        break;
      default:
        result.splice(random(result.length + 1), 0, ...result.slice(at, at + length));
    }
  }
  return result.join('');
}

test('valid documents', () => {
  for (const text of accepted) assert.notEqual(expected(text), null, JSON.stringify(text));
  compare(accepted);
});

test('invalid documents', () => {
  for (const text of refused) assert.equal(expected(text), null, JSON.stringify(text));
  compare(refused);
});

test('random texts', () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  console.log(`SEED=${seed}`);
  const random = generator(seed);
  const texts = Array.from({ length: 30000 }, () =>
    mutate(accepted[random(accepted.length)], random),
  );
  compare(texts);
});
