// Our metadata against the types that Hasura's console has for metadata of version 3, as the
// TypeScript compiler judges it: what they do not know is refused, and so is what they miss.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../schemas/hasura/metadata');

// As Hasura's CLI reads it: "!include FILE" stands for what the file says.
function load(path) {
  const resolve = (value) => {
    if (typeof value === 'string' && value.startsWith('!include ')) {
      return load(join(dirname(path), value.slice('!include '.length)));
    }
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member)]));
  };
  return resolve(parse(readFileSync(path, 'utf8')));
}

function metadata() {
  const { version } = load(join(root, 'version.yaml'));
  return { version, sources: load(join(root, 'databases/databases.yaml')) };
}

// What the compiler has against it; nothing if it is metadata.
function faults(value) {
  const name = join(here, 'metadata_under_test.ts');
  const text = `import type { Metadata } from 'hasura-metadata-types';
    export const metadata: Metadata['metadata'] = ${JSON.stringify(value)};`;
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.readFile = (path) => (path === name ? text : readFile(path));
  const program = ts.createProgram([name], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((fault) => ts.flattenDiagnosticMessageText(fault.messageText, '\n'));
}

test('Hasura accepts our metadata', () => {
  assert.deepEqual(faults(metadata()), []);
});

test('the types detect faults', () => {
  const broken = (change) => {
    const value = metadata();
    const table = value.sources[0].tables.find((each) => each.table.name === 'job_executions');
    change(value, table);
    return faults(value).length > 0;
  };
  assert.ok(broken((value, table) => (table.configuration.custom_nam = 'x')));
  assert.ok(broken((value, table) => delete table.object_relationships[0].using));
  assert.ok(broken((value, table) => (table.select_permissions[0].permission.allow_aggregations = 'yes')));
});
