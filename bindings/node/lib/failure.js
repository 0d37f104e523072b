'use strict';
// What was thrown, as the store keeps it: {message, stack}. Anything may be thrown, so anything is
// taken, and nothing makes this throw.

const { encode, messageOf } = require('./values');

const kMaxCauses = 10;

function describe(thrown) {
  if (thrown === undefined || thrown === null) return { message: 'failed without telling why' };
  if (typeof thrown !== 'object') return { message: String(thrown) };
  const message = textOf(thrown, 'message') || textOf(thrown, 'name') || encode(thrown);
  return { message, stack: stackOf(thrown) };
}

// The stack, then those of its causes, each under a line of its own as Java and Python have it.
function stackOf(error) {
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
      (typeof cause === 'object' && cause !== null && textOf(cause, 'stack')) || undefined;
    if (stack === undefined && cause === error) return undefined;
    stacks.push(stack ?? describe(cause).message);
  }
  return stacks.join('\nCaused by: ');
}

function causeOf(error) {
  try {
    return error?.cause ?? undefined;
  } catch {
    return undefined;
  }
}

function textOf(object, key) {
  try {
    const text = object[key];
    return text === undefined || text === null ? '' : String(text);
  } catch (error) {
    return `[getter threw: ${messageOf(error)}]`;
  }
}

module.exports = { describe };
