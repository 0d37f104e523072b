'use strict';
// Preloaded, it gives a host's own require('@hopdrive/hasura-event-detector') the library with
// observability, so that no line of the host changes:
//
//   NODE_OPTIONS='--require event-detector-observability/register'

const Module = require('node:module');

const { messageOf } = require('./lib/values');
const { withObservability } = require('./lib/with_observability');

const load = Module._load; // what tools that trace modules replace as well
const observed = new WeakMap(); // by library

Module._load = function (request, ...others) {
  const library = load.call(this, request, ...others);
  if (request !== '@hopdrive/hasura-event-detector') return library;
  try {
    if (!observed.has(library)) observed.set(library, withObservability(library));
    return observed.get(library);
  } catch (error) {
    process.emitWarning(messageOf(error), 'ObservabilityWarning'); // the host starts without us
    return library;
  }
};
