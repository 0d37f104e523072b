'use strict';

// npm install in a clone: builds the add-on from the repository that this folder is a part of, for
// release, in a build folder of its own, and puts it where lib/native.js looks. The packages on npm's
// registry have the add-on inside, and run nothing.
//
// What goes wrong fails the install only of whoever installs this very folder. A program that depends
// on it is installed all the same, and hears from lib/native.js that nothing is recorded.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, '..');
const repository = path.join(folder, '..', '..');
const build = path.join(repository, 'build-node');
const target = 'bindings/node/edo.node';
const installed = path.join(folder, 'native', 'edo.node');

function isInstalledItself() {
  const { INIT_CWD: askedIn = folder } = process.env;
  return fs.realpathSync(askedIn) === fs.realpathSync(folder);
}

function fail(what, todo) {
  console.error(`event-detector-observability: ${what}; ${todo}`);
  process.exit(isInstalledItself() ? 1 : 0);
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

// Whatever lies two folders above need not be ours.
function isOurs(description) {
  if (!fs.existsSync(description)) return false;
  return /^project\(\s*'event-detector-observability'/m.test(fs.readFileSync(description, 'utf8'));
}

// Hosts have the installed file mapped: written over, it would kill them.
function replace(file, by) {
  const beside = `${file}.${process.pid}`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.copyFileSync(by, beside);
  fs.renameSync(beside, file);
}

if (process.platform !== 'linux') fail('the add-on needs Linux', 'on other systems nothing is recorded');
if (!isOurs(path.join(repository, 'meson.build'))) {
  if (fs.existsSync(installed)) process.exit(0); // a copy of a clone's folder
  fail('the add-on can only be built in a clone of the repository', 'install the package from npm instead');
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
replace(installed, path.join(build, target));
