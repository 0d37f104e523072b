'use strict';
// Preloaded, it gives a host's own require and import of '@hopdrive/hasura-event-detector' the library
// with observability, so that no line of the host changes:
//
//   NODE_OPTIONS='--require event-detector-observability/register'
//   NODE_OPTIONS='--import event-detector-observability/register'
//
// Either does both; an `import` in the host needs Node 18.19, 20.6 or newer.

const Module = require('node:module');
const { pathToFileURL } = require('node:url');

const { messageOf } = require('./lib/values');
const { withObservability } = require('./lib/with_observability');

const kLibrary = '@hopdrive/hasura-event-detector';
const load = Module._load; // what tools that trace modules replace as well
const observed = new WeakMap(); // by library

// The library itself if it cannot be observed: the host starts without us.
function observe(library) {
  try {
    if (!observed.has(library)) observed.set(library, withObservability(library));
    return observed.get(library);
  } catch (error) {
    process.emitWarning(messageOf(error), 'ObservabilityWarning');
    return library;
  }
}

Module._load = function (request, ...others) {
  const library = load.call(this, request, ...others);
  return request === kLibrary ? observe(library) : library;
};

Module.register?.('./lib/import_hooks.mjs', pathToFileURL(__filename));

module.exports = { observe };
