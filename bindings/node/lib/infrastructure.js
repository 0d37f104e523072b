'use strict';
// Tells what belongs to the machinery of a host (clients, sockets, streams, loggers, signals) from
// what is data. Machinery is shown by its name only: its inside is large, full of secrets, and of
// no use to who reads a job's options.

const { EventEmitter } = require('node:events');
const { types } = require('node:util');

const kClientMethods = [
  'connect',
  'disconnect',
  'query',
  'execute',
  'request',
  'acquire',
  'release',
  'publish',
  'subscribe',
];
const kLogMethods = ['debug', 'info', 'warn', 'error'];

// The name to show instead of an object that is machinery; undefined for data.
function infrastructureName(object) {
  if (isHandle(object)) return constructorName(object);
  const prototype = Object.getPrototypeOf(object);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (kLogMethods.every((name) => typeof object[name] === 'function')) {
    const name = constructorName(object);
    return name === 'Object' ? 'Logger' : name;
  }
  if (isPlain || typeof object.toJSON === 'function') return undefined;
  const isClient = kClientMethods.some((name) => typeof object[name] === 'function');
  return isClient || holdsHandle(object) ? constructorName(object) : undefined;
}

function isHandle(object) {
  return (
    object instanceof EventEmitter ||
    object instanceof EventTarget ||
    object instanceof AbortController ||
    types.isPromise(object) ||
    types.isExternal(object) ||
    types.isWeakMap(object) ||
    types.isWeakSet(object) ||
    types.isGeneratorObject(object) ||
    typeof object.pipe === 'function' ||
    (typeof object.on === 'function' && typeof object.emit === 'function')
  );
}

function holdsHandle(object) {
  return Object.values(Object.getOwnPropertyDescriptors(object)).some(
    ({ value }) => typeof value === 'object' && value !== null && isHandle(value),
  );
}

function constructorName(object) {
  try {
    const name = object.constructor?.name;
    if (typeof name === 'string' && name !== '') return name.slice(0, 100);
  } catch {
    // A getter or a proxy of somebody's.
  }
  return 'Object';
}

module.exports = { infrastructureName, constructorName };
