'use strict';
// A host's folder, with the detector library and this package in its node_modules.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const detector = require('./detector');
const { payload } = require('./observed');
const { Store } = require('./store');

const test = path.join(__dirname, '..');

// {root, telemetry}: `from` is copied into it, and beside it the event modules of the quick start.
function project(t, from = path.join(test, 'quick_start')) {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'edo-host-'));
  const telemetry = new Store(t, root);
  const modules = path.join(root, 'node_modules');
  fs.cpSync(path.join(test, 'quick_start', 'events'), path.join(root, 'events'), {
    recursive: true,
  });
  fs.cpSync(from, root, { recursive: true });
  install(path.join(modules, '@hopdrive', 'hasura-event-detector'));
  fs.symlinkSync(path.join(test, '..'), path.join(modules, 'event-detector-observability'));
  return { root, telemetry };
}

// The real library stays where its own dependencies are.
function install(folder) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  if (process.env.EDO_DETECTOR) fs.symlinkSync(detector.folder, folder);
  else fs.cpSync(detector.folder, folder, { recursive: true });
}

// Runs Node there, with a payload on its standard input, and returns what it prints.
function run(root, args, environment = {}) {
  const { PATH, EDO_NODE_ADDON } = process.env;
  return execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    input: JSON.stringify(payload('order_created')),
    env: { PATH, EDO_NODE_ADDON, ...environment },
  });
}

module.exports = { project, run };
