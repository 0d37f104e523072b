'use strict';

const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');

test('the declarations say what TypeScript hosts need', () => {
  const compiler = require.resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '--project', path.join(__dirname, 'types')], {
    stdio: 'inherit',
  });
});
