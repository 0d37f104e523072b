'use strict';
// The calls of the detector library, written down from the real one in calls.txt. Whichever is under
// test makes them: so what other tests show on the imitation holds for the real one.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { freshLibrary, hooksOf } = require('./support/detector');
const { gate, listener, payload, quiet, runs } = require('./support/observed');

// What it says of itself is of interest only where a plugin must understand it.
const kHeeded = /Error detecting event|Wrapping function/;

// What differs from one run to the next.
function told(key, value) {
  if (value?.trigger) return 'payload';
  if (typeof value === 'function' || value instanceof AbortSignal) return value.constructor.name;
  if (value instanceof Error) return { ...value, message: told('', value.message) };
  if (/durationMs|startTime|endTime/.test(key)) return undefined;
  if (typeof value !== 'string') return value;
  if (key === 'stack') return 'stack';
  if (path.isAbsolute(value)) return path.relative(__dirname, value);
  return value
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'UUID')
    .replace(/\n +at [^]*/, ' …');
}

function sorted(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const line = (hook, args) => {
  const shown = hook.endsWith('End') ? args.filter((arg) => typeof arg !== 'number') : args;
  return [hook, ...shown.map((arg) => JSON.stringify(arg, (key, value) => sorted(told(key, value))))]
    .filter(Boolean)
    .join(' ');
};

// A library whose calls are written to `calls`.
function watched() {
  const library = freshLibrary();
  const calls = [];
  class Watcher extends library.BasePlugin {
    async onLog(...args) {
      if (args[3] !== 'system' || kHeeded.test(args[1])) calls.push(line('onLog', args));
    }
  }
  for (const hook of hooksOf(library)) {
    if (hook === 'onLog') continue;
    Watcher.prototype[hook] = async (...args) => void calls.push(line(hook, args));
  }
  library.pluginManager.register(new Watcher());
  return { library, listen: listener(library), calls };
}

// One event after the other, since the order of what runs at once is nobody's promise.
const scenes = {
  async 'jobs of which one fails, and their loggers'({ library, listen }) {
    async function works(event, hasuraEvent, options) {
      const log = library.getJobLogger(hasuraEvent, options);
      log.log('sent', { to: 'a' });
      log.logWarn('slow');
      log.logError('lost', new Error('no route'), 7);
      return { sent: true };
    }
    async function fails() {
      throw new Error('declined');
    }
    await listen(payload(), {
      eventModules: {
        one: runs(library, [works, { to: 'x', jobName: 'named' }]),
        two: runs(library, fails),
      },
    });
  },
  async 'a detector that throws, one that says no, and one that logs'({ library, listen }) {
    const detector = () => {
      throw new Error('no column');
    };
    const logs = (event, hasuraEvent) => {
      library.getEventLogger(event, hasuraEvent).logError('odd row', new Error('odd'));
      return false;
    };
    for (const one of [detector, () => false, logs]) {
      await listen(payload(), { eventModules: { one: { detector: one } } });
    }
  },
  async 'a handler that throws, and one without jobs'({ listen }) {
    const handler = async () => {
      throw new Error('no handler');
    };
    await listen(payload(), { eventModules: { one: { detector: () => true, handler } } });
    await listen(payload(), { eventModules: { one: { detector: () => true } } });
  },
  async 'no modules, then serverless mode'({ library, listen }) {
    await listen(payload(), {});
    await listen(payload(), {
      timeoutConfig: { serverlessMode: true },
      eventModules: { one: runs(library, async () => 1) },
    });
  },
  async 'a time-out'({ library, listen }) {
    const { opened, open } = gate();
    await listen(payload(), {
      timeoutConfig: { getRemainingTimeInMillis: () => 0 },
      eventModules: { one: runs(library, async () => opened) },
    });
    open();
  },
  async 'no event'({ library }) {
    await library.listenTo({ id: 'no event' }, {});
  },
};

// EDO_DETECTOR=… EDO_WRITE_CALLS=1 writes down anew what the real library does.
const file = path.join(__dirname, 'host', 'calls.txt');

test('the library under test makes the calls that the real one was seen to make', async (t) => {
  quiet(t);
  const played = [];
  for (const [name, play] of Object.entries(scenes)) {
    const host = watched();
    await play(host);
    played.push([`# ${name}`, ...host.calls].join('\n'));
  }
  const written = `${played.join('\n\n')}\n`;
  if (process.env.EDO_WRITE_CALLS && process.env.EDO_DETECTOR) fs.writeFileSync(file, written);
  assert.equal(written, fs.readFileSync(file, 'utf8'));
});
