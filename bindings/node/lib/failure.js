'use strict';
// What was thrown, or what a host tells of a failure, as the store keeps it: {message, stack}.
// Anything may be thrown, so anything is taken, and nothing makes this throw.

const { encode, messageOf } = require('./values');

const kMaxCauses = 10;
const kFields = ['message', 'stack', 'cause', 'error', 'durationMs'];

// `redact` hides secrets in what is no text yet.
function describe(thrown, redact = (value) => value) {
  if (thrown === undefined || thrown === null) return { message: 'failed without telling why' };
  if (typeof thrown !== 'object') return { message: String(thrown) };
  const message =
    textOf(thrown, 'message', redact) || textOf(thrown, 'name', redact) || encode(redact(thrown));
  return { message, stack: stackOf(thrown, redact) };
}

// The stack, then those of its causes, each under a line of its own as Java and Python have it.
function stackOf(error, redact) {
  const stacks = [];
  const seen = new Set();
  for (
    let cause = error;
    cause !== undefined && stacks.length < kMaxCauses;
    cause = causeOf(cause)
  ) {
    if (seen.has(cause)) break;
    seen.add(cause);
    const stack =
      (typeof cause === 'object' && cause !== null && textOf(cause, 'stack', redact)) ||
      undefined;
    if (stack === undefined && cause === error && causeOf(error) === undefined) return undefined;
    stacks.push(stack ?? describe(cause, redact).message);
  }
  return stacks.join('\nCaused by: ');
}

// What a host tells: an error, text, or {message, stack, cause, error, durationMs}. Gives {message,
// stack, durationMs, unknown}, where `unknown` are names that are none of these.
function readFailure(given, redact) {
  if (!isPlain(given)) return describe(given, redact);
  const names = Object.keys(given);
  if (!names.some((name) => kFields.includes(name))) return describe(given, redact);
  const { message, stack, cause, error, durationMs } = given;
  const told = message ?? stack ?? undefined;
  const { message: text, stack: lines } =
    told === undefined ? describe(error ?? cause, redact) : describe(withText(given, error), redact);
  const unknown = names.filter((name) => !kFields.includes(name));
  return { message: text, stack: lines, durationMs, unknown };
}

// The host's own words before those of the error that it names.
function withText({ message, stack, cause }, error) {
  return { message: message ?? stack, stack, cause: cause ?? error };
}

function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function causeOf(error) {
  try {
    return error?.cause ?? undefined;
  } catch {
    return undefined;
  }
}

function textOf(object, key, redact) {
  try {
    const text = object[key] ?? '';
    return typeof text === 'object' ? encode(redact(text)) : String(text);
  } catch (error) {
    return `[getter threw: ${messageOf(error)}]`;
  }
}

module.exports = { describe, readFailure };
