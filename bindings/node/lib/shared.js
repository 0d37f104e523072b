'use strict';
// What all handles of a recorder need: how values become arguments of the add-on, and where invalid
// ones are reported.

const { lineOf } = require('./console');
const { ObservabilityError } = require('./errors');
const { readFailure } = require('./failure');
const { Redactor } = require('./redactor');
const { Reporter } = require('./reporter');
const { encode } = require('./values');

// The fields that each call knows; others are reported.
const kFields = {
  startInvocation: [
    ...['id', 'correlationId', 'sourceFunction', 'sourceTable', 'sourceOperation'],
    ...['sourceSystem', 'sourceJobId', 'sourceEventId', 'sourceEventPayload', 'sourceEventTime'],
    ...['sourceUserEmail', 'sourceUserRole', 'autoLoadModules', 'eventModulesDirectory'],
    'contextData',
  ],
  event: ['id', 'modulePath'],
  job: ['id', 'functionName', 'options'],
  log: ['data', 'source', 'lineNumber'],
  end: ['durationMs'],
  flush: ['deadlineMs'],
};

// Text for the columns that hold text, whatever was given.
function text(value) {
  if (value === undefined || value === null) return value;
  if (typeof value === 'string') return wellFormed(value);
  try {
    return wellFormed(value instanceof Date ? value.toISOString() : String(value));
  } catch {
    return encode(value);
  }
}

// The members of a host's object that say something: `undefined` and `null` are "not given". None if
// it cannot be read.
function givenIn(object) {
  try {
    const isGiven = ([, value]) => value !== undefined && value !== null;
    return Object.fromEntries(Object.entries(object ?? {}).filter(isGiven));
  } catch {
    return {};
  }
}

// Half a surrogate pair would become U+FFFD on its way to the add-on without a word. In its place
// goes a NUL, which the recorder replaces by the same, and says so in the row.
function wellFormed(string) {
  return string.isWellFormed?.() ? string : string.replace(/\p{Surrogate}/gu, '\0');
}

// Turns values into JSON text of the size that the add-on takes whole.
function encoder(maxJsonSize) {
  const given = maxJsonSize ?? (process.env.OBSERVABILITY_MAX_JSON_SIZE || undefined);
  const options = given === undefined ? undefined : { maxBytes: Number(given) };
  return (value) => encode(value, options);
}

// What the handles of one recorder have in common.
class Shared {
  constructor(native, commitPolicy, { maxJsonSize, onError }) {
    const { capturesConsole, ...rules } = native.settings();
    this.commitPolicy = commitPolicy;
    this.json = encoder(maxJsonSize);
    this.capturesConsole = capturesConsole;
    const redactor = new Redactor(rules);
    this.redact = (value) => redactor.redact(value);
    this.line = (args, render) => lineOf(args, redactor, render);
    this.reporter = new Reporter(onError);
  }

  // A host's own object, read once, whatever its getters do. Names that `call` does not know are
  // reported, since a misspelt one would be ignored silently.
  fields(call, given) {
    if (given === undefined || given === null) return {};
    try {
      const fields = { ...given };
      this.#checkNames(call, Object.keys(fields));
      return fields;
    } catch {
      return {};
    }
  }

  // Durations are numbers; everything else is reported.
  end(given) {
    return this.duration(this.fields('end', given).durationMs);
  }

  duration(durationMs) {
    if (durationMs === undefined || durationMs === null) return undefined;
    if (Number.isFinite(durationMs)) return durationMs;
    this.tell(`durationMs: must be a number of milliseconds, not ${typeof durationMs}`);
    return undefined;
  }

  // The three arguments with which the add-on takes a failure.
  failure(given, finish) {
    try {
      const { message, stack, durationMs, unknown = [] } = readFailure(given, this.redact);
      if (unknown.length > 0) this.#tellNames('a failure', unknown);
      return [
        text(message),
        text(stack),
        this.duration(durationMs) ?? (finish === undefined ? undefined : this.end(finish)),
      ];
    } catch {
      return [encode(this.redact(given))];
    }
  }

  // Later, since the caller may not expect to be called back.
  tell(message) {
    const error = new ObservabilityError('invalid_argument', message);
    queueMicrotask(() => this.reporter.report(error));
  }

  #checkNames(call, names) {
    const unknown = names.filter((name) => !kFields[call].includes(name));
    if (unknown.length > 0) this.#tellNames(call, unknown, kFields[call]);
  }

  #tellNames(call, unknown, known = []) {
    for (const name of unknown) {
      const meant = known.find((one) => plainOf(one) === plainOf(name));
      const hint = meant ? `; did you mean ${meant}?` : '';
      this.tell(`${call}: unknown field ${name.slice(0, 100)}${hint}`);
    }
  }
}

const plainOf = (name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

module.exports = { Shared, givenIn, text };
