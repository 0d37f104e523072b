'use strict';
// Shortens how Node prints objects of ours. They are in the asynchronous context of a host's jobs, so
// Node shows them with promises and timers that the host prints.

const { inspect } = require('node:util');

function hideInsides(...classes) {
  for (const one of classes) {
    Object.defineProperty(one.prototype, inspect.custom, { value: () => `[${one.name}]` });
  }
}

module.exports = { hideInsides };
