'use strict';
// Splits the configuration of a plugin into the Recorder's options and the plugin's own, and adds
// defaults for the platform.

const os = require('node:os');
const path = require('node:path');

// In a function as a service the file system is read-only but for the temporary folder, and the
// process is frozen between invocations, so that it can only ship while one of them runs.
function isServerless(environment = process.env) {
  return Boolean(environment.AWS_LAMBDA_FUNCTION_NAME || environment.LAMBDA_TASK_ROOT);
}

// Any of these says where the central database is: options of `database`, and their variables.
const kAddress = {
  connectionString: 'OBSERVABILITY_DB_URL',
  host: 'OBSERVABILITY_DATABASE_HOST',
  database: 'OBSERVABILITY_DATABASE_DATABASE',
  user: 'OBSERVABILITY_DATABASE_USER',
};

// Options of the library's own plugin that mean nothing here, and what node-postgres takes besides.
const kForeign = ['transport', 'graphql', 'console'];
const kForeignOfDatabase = ['pool'];
const kShownOfDatabase = ['host', 'port', 'database', 'user', 'ssl'];

// The options win over the environment, as they do in the Recorder.
function readSettings(config, environment = process.env) {
  const { known, ignored } = withoutForeign(withoutUndefined(config ?? {}));
  const { flushDeadlineMs, correlationIdField, onError, ...given } = known;
  // What happens in one turn of the event loop, such as five jobs that start, shares a commit.
  const recorder = { commit: 'tick', ...given };
  if (isServerless(environment) && !environment.OBSERVABILITY_STORE && !environment.EDO_STORE) {
    recorder.store ??= path.join(os.tmpdir(), 'telemetry.db');
  }
  const hasCentralDatabase = Object.entries(kAddress).some(
    ([option, variable]) => recorder.database?.[option] ?? environment[variable],
  );
  if (hasCentralDatabase && !environment.OBSERVABILITY_REPLICATE) {
    recorder.replicate ??= isServerless(environment) ? 'onEnd' : 'background';
  }
  const replicate = recorder.replicate ?? (environment.OBSERVABILITY_REPLICATE || 'off');
  const isOn = (option, variable) =>
    recorder[option] ?? !/^(false|0|no|off)$/i.test(environment[`OBSERVABILITY_${variable}`] ?? '');
  return {
    recorder,
    ignored,
    onError,
    correlationIdField,
    flushDeadlineMs: flushDeadlineMs ?? 1000,
    ships: replicate !== 'off',
    shipsOnEnd: replicate === 'onEnd',
    isEnabled: isOn('enabled', 'ENABLED'),
    capturesConsole: isOn('captureConsoleLog', 'CAPTURE_CONSOLE_LOG'),
    capturesJobOptions: isOn('captureJobOptions', 'CAPTURE_JOB_OPTIONS'),
    capturesPayload: isOn('captureHasuraPayload', 'CAPTURE_HASURA_PAYLOAD'),
  };
}

// A variable of the environment that is not set arrives as an undefined option, which means the
// same as none.
function withoutUndefined(config) {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  const known = Object.fromEntries(entries);
  if (isObject(known.database)) {
    known.database = withoutUndefined(known.database);
  }
  return known;
}

// Converts options that have a meaning here, such as a port that is text, and names the others.
function withoutForeign(config) {
  const ignored = kForeign.filter((name) => name in config);
  const known = without(config, kForeign);
  if (!isObject(known.database)) return { known, ignored };
  const foreign = kForeignOfDatabase.filter((name) => name in known.database);
  const database = without(known.database, foreign);
  if (/^\d+$/.test(database.port)) database.port = Number(database.port);
  if (isObject(database.ssl)) {
    const { rejectUnauthorized, ...others } = database.ssl;
    database.ssl = withoutUndefined({ rejectUnauthorized });
    foreign.push(...Object.keys(others).map((name) => `ssl.${name}`));
  }
  const names = [...ignored, ...foreign.map((name) => `database.${name}`)];
  return { known: { ...known, database }, ignored: names };
}

function without(object, names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

// The configuration without everything that has, or may have, a secret in it.
function shownConfig(config) {
  const shown = without(config ?? {}, kForeign);
  if (!isObject(shown.database)) return without(shown, ['database']);
  const entries = Object.entries(shown.database).map(([name, value]) => [
    name,
    kShownOfDatabase.includes(name) && !isObject(value) ? value : '[redacted]',
  ]);
  return { ...shown, database: Object.fromEntries(entries) };
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

module.exports = { readSettings, shownConfig, isServerless };
