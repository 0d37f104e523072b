'use strict';
// Splits the configuration of a plugin into what the Recorder takes and what is the plugin's own,
// and fills in what suits the place where the process runs.

const os = require('node:os');
const path = require('node:path');

// In a function as a service the file system is read-only but for the temporary folder, and the
// process is frozen between invocations, so that it can only ship while one of them runs.
function isServerless(environment = process.env) {
  return Boolean(environment.AWS_LAMBDA_FUNCTION_NAME || environment.LAMBDA_TASK_ROOT);
}

// Any of these says where the centre is: options of `database`, and their variables.
const kAddress = {
  connectionString: 'OBSERVABILITY_DB_URL',
  host: 'OBSERVABILITY_DATABASE_HOST',
  database: 'OBSERVABILITY_DATABASE_DATABASE',
  user: 'OBSERVABILITY_DATABASE_USER',
};

// The options win over the environment, as they do in the Recorder.
function readSettings(config = {}, environment = process.env) {
  const { flushDeadlineMs, correlationIdField, onError, ...given } = withoutUndefined(config);
  // What happens in one turn of the event loop, such as five jobs that start, shares a commit.
  const recorder = { commit: 'tick', ...given };
  if (isServerless(environment) && !environment.OBSERVABILITY_STORE && !environment.EDO_STORE) {
    recorder.store ??= path.join(os.tmpdir(), 'telemetry.db');
  }
  const hasCentre = Object.entries(kAddress).some(
    ([option, variable]) => recorder.database?.[option] ?? environment[variable],
  );
  if (hasCentre && !environment.OBSERVABILITY_REPLICATE) {
    recorder.replicate ??= isServerless(environment) ? 'onEnd' : 'background';
  }
  const replicate = recorder.replicate ?? (environment.OBSERVABILITY_REPLICATE || 'off');
  const isOn = (option, variable) =>
    recorder[option] ?? !/^(false|0|no|off)$/i.test(environment[`OBSERVABILITY_${variable}`] ?? '');
  return {
    recorder,
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
  if (typeof known.database === 'object' && known.database !== null) {
    known.database = withoutUndefined(known.database);
  }
  return known;
}

module.exports = { readSettings, isServerless };
