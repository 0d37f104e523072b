'use strict';

// Finds and loads the add-on, and says what to do when there is none that fits.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { version } = require('../package.json');
const { ObservabilityError } = require('./errors');

const root = path.join(__dirname, '..');
const candidates = [
  process.env.EDO_NODE_ADDON, // for tests and for add-ons that lie elsewhere
  path.join(root, 'native', 'edo.node'), // npm install
  path.join(root, '..', '..', 'build', 'bindings', 'node', 'edo.node'), // ./dev build
];

function fail(what, todo) {
  throw new ObservabilityError('io', `event-detector-observability: ${what}; ${todo}`);
}

// Node exports libraries of its own, such as simdjson and zstd from 22 on, with other insides than
// those that the add-on was built with. Bound deeply, the add-on and what it needs look among
// themselves first.
function open(file) {
  const { RTLD_LAZY, RTLD_DEEPBIND = 0 } = os.constants.dlopen;
  const addon = { exports: {} };
  process.dlopen(addon, file, RTLD_LAZY | RTLD_DEEPBIND);
  return addon.exports;
}

function load() {
  const file = candidates.find((candidate) => candidate && fs.existsSync(candidate));
  if (!file) {
    fail('the native add-on has not been built', `run npm install in ${root}`);
  }
  let native;
  try {
    native = open(file);
  } catch (error) {
    const missing = /(lib[\w.+-]+): cannot open shared object file/.exec(error.message);
    if (missing) {
      fail(
        `${file} needs ${missing[1]}, which is not installed`,
        'on Debian: apt-get install libpq5 libzstd1 libxxhash0 libsimdjson14 libfmt9',
      );
    }
    fail(`${file} cannot be loaded (${error.message})`, `run npm install in ${root} again`);
  }
  if (native.version !== version) {
    fail(
      `${file} is of version ${native.version} and not ${version}`,
      `run npm install in ${root} again`,
    );
  }
  return native;
}

module.exports = load();
