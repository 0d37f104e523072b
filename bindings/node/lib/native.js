'use strict';

// Finds the add-on and loads it when the first recorder is opened. If that fails, recorders do
// nothing, and one warning says why: telemetry never decides whether its host runs.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { version } = require('../package.json');

const root = path.join(__dirname, '..');
const isClone = fs.existsSync(path.join(root, 'scripts', 'install.js'));

// npm installs the package that fits the machine. Bundlers follow only names that are spelled out.
const packaged = {
  'linux x64': () => require.resolve('event-detector-observability-linux-x64-gnu/edo.node'),
  'linux arm64': () => require.resolve('event-detector-observability-linux-arm64-gnu/edo.node'),
};

let loaded; // the classes of the add-on, or what stands in for them
let reason; // why there is no add-on

function builtHere() {
  if (!isClone) return undefined;
  return [
    path.join(root, 'native', 'edo.node'), // npm install
    path.join(root, '..', '..', 'build', 'bindings', 'node', 'edo.node'), // ./dev build
  ].find((candidate) => fs.existsSync(candidate));
}

function installed() {
  try {
    return packaged[`${process.platform} ${process.arch}`]?.();
  } catch {
    return undefined;
  }
}

function find() {
  const file = process.env.EDO_NODE_ADDON || builtHere() || installed();
  if (file) return file;
  const machine = `${process.platform} ${process.arch}`;
  if (!packaged[machine]) throw new Error(`no add-on exists for ${machine}`);
  throw new Error(
    isClone
      ? `the add-on has not been built; run npm install in ${root}`
      : `event-detector-observability-${machine.replace(' ', '-')}-gnu is not installed; install it on a machine like this one, with glibc and with optional dependencies`,
  );
}

// Node exports its own copies of libraries such as OpenSSL, which differ from those that the add-on was
// built with. With RTLD_DEEPBIND, the add-on finds its own symbols first.
function open(file) {
  const { RTLD_LAZY, RTLD_DEEPBIND = 0 } = os.constants.dlopen;
  const addon = { exports: {} };
  try {
    process.dlopen(addon, file, RTLD_LAZY | RTLD_DEEPBIND);
  } catch (error) {
    throw new Error(`${file} cannot be loaded (${error.message}); install it again`);
  }
  if (addon.exports.version !== version) {
    throw new Error(`${file} has version ${addon.exports.version}, not ${version}; install it again`);
  }
  return addon.exports;
}

function load() {
  try {
    return open(find());
  } catch (error) {
    reason = error.message;
    const message = `event-detector-observability: nothing is recorded: ${reason}`;
    process.emitWarning(message, 'ObservabilityWarning');
    return disabled();
  }
}

// Loaded only where it is needed: every start of a function would wait for it.
function disabled() {
  return { Recorder: require('./disabled').DisabledRecorder };
}

// As in the add-on, the options of the program override the environment.
function isOff(environment, json) {
  const { enabled } = JSON.parse(json);
  return !(enabled ?? !/^(false|0|no|off)$/i.test(environment.OBSERVABILITY_ENABLED ?? ''));
}

// A constructor that gives the add-on's recorder, or one that does nothing.
function Recorder(environment, json, ...others) {
  const { Recorder: Chosen } = isOff(environment, json) ? disabled() : (loaded ??= load());
  return new Chosen(environment, json, ...others);
}

// Why nothing is recorded, as far as that is known; undefined where something is.
function whyDisabled() {
  return reason;
}

module.exports = { Recorder, whyDisabled };
