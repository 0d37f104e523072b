'use strict';

// npm install: builds the add-on from the repository that this package is a part of, for release, in
// a build folder of its own, and puts it where lib/native.js looks.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, '..');
const repository = path.join(folder, '..', '..');
const build = path.join(repository, 'build-node');
const target = 'bindings/node/edo.node';
const installed = path.join(folder, 'native', 'edo.node');

function fail(what, todo) {
  console.error(`event-detector-observability: ${what}; ${todo}`);
  process.exit(1);
}

function has(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

// What a step prints is of interest only when it fails, and then its end is.
function step(what, program, args, cwd = repository) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}`.trimEnd().split('\n').slice(-20).join('\n'));
  fail(`${what} failed`, `run ./dev setup in ${repository}, then npm install again`);
}

if (!fs.existsSync(path.join(repository, 'meson.build'))) {
  if (fs.existsSync(installed)) process.exit(0);
  fail('the add-on is built from the repository', 'clone it and run npm install in bindings/node');
}

const missing = ['meson', 'ninja', 'c++', 'pkg-config', 'python3'].filter((name) => !has(name));
if (missing.length > 0) {
  fail(`${missing.join(', ')} missing`, `run ./dev setup in ${repository}, which installs all`);
}

const sqlite = path.join(repository, 'subprojects', 'sqlite3');
if (!fs.existsSync(path.join(sqlite, 'node_modules'))) {
  step('fetching SQLite', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], sqlite);
}
if (!fs.existsSync(path.join(build, 'build.ninja'))) {
  step('configuring the build', 'meson', ['setup', build, '--buildtype=release', '-Dnode=enabled']);
}
step('the build', 'ninja', ['-C', build, target]);
fs.mkdirSync(path.dirname(installed), { recursive: true });
fs.copyFileSync(path.join(build, target), installed);
