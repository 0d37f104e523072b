'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const test = require('node:test');

const addon = process.env.EDO_NODE_ADDON;

test('the add-on shows nothing but what Node looks for', () => {
  const symbols = execFileSync('nm', ['-D', '--defined-only', addon], { encoding: 'utf8' });
  const names = symbols.trim().split('\n').map((line) => line.split(' ').at(-1));
  assert.deepEqual(names.sort(), ['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
});

test('its SQLite is its own', () => {
  const wanted = execFileSync('nm', ['-D', '--undefined-only', addon], { encoding: 'utf8' });
  assert.doesNotMatch(wanted, /sqlite3/);
  assert.doesNotMatch(execFileSync('ldd', [addon], { encoding: 'utf8' }), /libsqlite3/);
});
