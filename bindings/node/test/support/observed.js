'use strict';
// A detector library of a test's own with our plugin in it.

const fs = require('node:fs');
const path = require('node:path');

const { createPlugin } = require('../..');
const { freshLibrary, modules } = require('./detector');
const { Store } = require('./store');

const payloads = path.join(__dirname, '..', '..', '..', '..', 'examples', 'payloads');

function payload(name = 'order_created') {
  return JSON.parse(fs.readFileSync(path.join(payloads, `${name}.json`), 'utf8'));
}

// {library, plugin, telemetry, errors, listen}: the plugin is registered and records into
// `telemetry`, a Store.
function observed(t, config = {}) {
  const library = freshLibrary();
  const telemetry = new Store(t);
  const errors = [];
  const plugin = createPlugin(library.BasePlugin, {
    store: telemetry.path,
    onError: (error) => errors.push(error),
    ...config,
  });
  library.pluginManager.register(plugin);
  t.after(() => plugin.close());
  return { library, plugin, telemetry, errors, listen: listener(library) };
}

// listenTo() with event modules by their names.
function listener({ listenTo }) {
  return (event, { eventModules = {}, ...options } = {}) =>
    listenTo(event, { ...modules(eventModules), ...options });
}

// An event module that always detects and runs these functions as jobs.
function runs({ run, job }, ...functions) {
  return {
    detector: () => true,
    handler: (event, hasuraEvent) =>
      run(
        event,
        hasuraEvent,
        functions.map((one) => (Array.isArray(one) ? job(...one) : job(one))),
      ),
  };
}

// What a test waits for, and the test that decides when it happens.
function gate() {
  let open;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

// Silences the console for a test, below whatever patches it.
function quiet(t) {
  const methods = ['log', 'info', 'warn', 'error', 'debug'];
  const before = methods.map((method) => [method, console[method]]);
  const printed = [];
  for (const method of methods) console[method] = (...args) => printed.push([method, ...args]);
  t.after(() => before.forEach(([method, print]) => (console[method] = print)));
  return printed;
}

module.exports = { observed, listener, payload, runs, gate, quiet };
