'use strict';
// What the asynchronous context of a host's jobs has of ours. Node shows it with promises and timers
// that a host prints, where nobody wants to read all of it.

const { inspect } = require('node:util');

function hideInsides(...classes) {
  for (const one of classes) {
    Object.defineProperty(one.prototype, inspect.custom, { value: () => `[${one.name}]` });
  }
}

module.exports = { hideInsides };
