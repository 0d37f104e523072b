'use strict';
// Turns what was thrown, or what a host reports as a failure, into what the store keeps: {message,
// stack}. Anything may be thrown, so anything is accepted, and nothing makes this throw.

const { encode, messageOf } = require('./values');

const kMaxCauses = 10;
const kMaxFieldBytes = 2048;
const kFields = ['message', 'stack', 'cause', 'error', 'durationMs'];

// `redact` hides secrets in values that are not text yet.
function describe(thrown, redact = (value) => value) {
  return { message: messageIn(thrown, redact), stack: stackOf(thrown, redact) };
}

function messageIn(thrown, redact) {
  if (thrown === undefined || thrown === null) return 'failed without a message';
  if (typeof thrown !== 'object') return String(thrown);
  return textOf(thrown, 'message', redact) || textOf(thrown, 'name', redact) || encode(redact(thrown));
}

// The stack, then those of its causes, each after a heading as in Java and Python, then those of the
// errors that it combines. Undefined if all that would only repeat one message.
function stackOf(thrown, redact) {
  const shownOf = (error) =>
    (textOf(error, 'stack', redact) || messageIn(error, redact)) + fieldsOf(error, redact);
  const stacks = [];
  const seen = new Set();
  let cause = thrown;
  while (!seen.has(cause) && stacks.length < kMaxCauses) {
    seen.add(cause);
    stacks.push(shownOf(cause));
    cause = causeOf(cause);
    if (cause === undefined) break;
  }
  const parts = errorsIn(thrown).map((error) => `\nOne of: ${shownOf(error)}`);
  const isOnlyMessage = stacks.length + parts.length === 1 && !textOf(thrown, 'stack', redact);
  return isOnlyMessage ? undefined : stacks.join('\nCaused by: ') + parts.join('');
}

// Other fields of an error, such as the code and the detail of one from PostgreSQL.
function fieldsOf(error, redact) {
  try {
    if (!(error instanceof Error)) return '';
    const known = [...kFields, 'name'];
    // Not its objects: the request and the socket of a failed call may be large.
    const said = Object.entries(error).filter(
      ([key, value]) => !known.includes(key) && ['string', 'number', 'boolean'].includes(typeof value),
    );
    if (said.length === 0) return '';
    return `\nWith: ${encode(redact(Object.fromEntries(said)), { maxBytes: kMaxFieldBytes })}`;
  } catch {
    return '';
  }
}

// Of an AggregateError, such as Promise.any() gives.
function errorsIn(thrown) {
  try {
    return thrown instanceof AggregateError ? thrown.errors.slice(0, kMaxCauses) : [];
  } catch {
    return [];
  }
}

// Reads a failure that a host reports: an error, text, or {message, stack, cause, error, durationMs}.
// Returns {message, stack, durationMs, unknown}, where `unknown` are names of other fields.
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

// The host's own message has priority over that of the error.
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
    const text = object?.[key] ?? '';
    return typeof text === 'object' ? encode(redact(text)) : String(text);
  } catch (error) {
    return `[getter threw: ${messageOf(error)}]`;
  }
}

module.exports = { describe, readFailure };
