'use strict';

const assert = require('node:assert/strict');
const { AsyncLocalStorage } = require('node:async_hooks');
const { test } = require('node:test');

const { captureConsole, keepCapturing, lineOf } = require('../lib/console');
const { quiet } = require('./support/observed');

const allShown = { redact: (value) => value };

// A sink as the plugin has it: lines go to the list in the present asynchronous context.
function capture(t) {
  const context = new AsyncLocalStorage();
  const stop = captureConsole(
    () => context.getStore() !== undefined,
    (level, args, render) => context.getStore().push({ level, ...lineOf(args, allShown, render) }),
  );
  t.after(stop);
  return { stop, within: (lines, action) => context.run(lines, action) };
}

test('lines have their level, are rendered as Node does it, and are printed all the same', (t) => {
  const printed = quiet(t);
  const { within } = capture(t);
  const lines = [];
  const order = { id: 7, nested: { a: [1, 2, { deep: { deeper: {} } }] } };
  const error = new Error('broken');
  within(lines, () => {
    console.log('order %d of %s', 7, 'Ann', order);
    console.info(order, [1n]);
    console.warn('100%');
    console.error(error);
    console.debug();
  });
  assert.deepEqual(
    lines.map(({ level }) => level),
    ['info', 'info', 'warn', 'error', 'debug'],
  );
  assert.equal(lines[0].message, 'order 7 of Ann { id: 7, nested: { a: [ 1, 2, [Object] ] } }');
  assert.equal(lines[0].data, order);
  assert.deepEqual(lines[1].data, [order, [1n]]);
  assert.equal(lines[2].data, undefined);
  assert.equal(lines[3].message, error.stack);
  assert.deepEqual(
    printed.map(([method]) => method),
    ['log', 'info', 'warn', 'error', 'debug'],
  );
  assert.equal(printed[3][1], error);
});

test('tables and traces are lines as they are printed', (t) => {
  const printed = quiet(t);
  const { within } = capture(t);
  const lines = [];
  const rows = [{ id: 1, name: 'a' }, { id: 2, name: 'b' }];
  within(lines, function theHost() {
    console.table(rows, ['id']);
    console.table('no rows');
    console.trace('at %d', 7, { a: 1 });
  });
  assert.match(lines[0].message, /│ id │[^]*│ 1  │[^]*│ 2  │/);
  assert.doesNotMatch(lines[0].message, /name/);
  assert.equal(lines[0].data, rows);
  assert.equal(lines[1].message, 'no rows');
  assert.match(lines[2].message, /^Trace: at 7 \{ a: 1 \}\n +at theHost /);
  assert.deepEqual(
    lines.map(({ level }) => level),
    ['info', 'info', 'error'],
  );
  assert.deepEqual(
    printed.map(([method]) => method),
    ['log', 'log', 'error'], // which Node's own call
  );
});

test('each context gets its own lines, and code outside none', async (t) => {
  quiet(t);
  const { within } = capture(t);
  const contexts = Array.from({ length: 20 }, () => []);
  console.log('outside');
  await Promise.all(
    contexts.map((lines, i) =>
      within(lines, async () => {
        for (let line = 0; line < 5; line++) {
          console.log(i, line);
          await new Promise((resolve) =>
            line % 2 ? setImmediate(resolve) : process.nextTick(resolve),
          );
        }
      }),
    ),
  );
  contexts.forEach((lines, i) => {
    assert.deepEqual(
      lines.map(({ message }) => message),
      [0, 1, 2, 3, 4].map((line) => `${i} ${line}`),
    );
  });
});

test('it leaves no trace', (t) => {
  const methods = () =>
    ['log', 'info', 'warn', 'error', 'debug'].map((method) =>
      Object.getOwnPropertyDescriptor(console, method),
    );
  const before = methods();
  const { stop } = capture(t);
  assert.notEqual(console.log, before[0].value);
  assert.equal(console.log.name, 'log');
  stop();
  stop();
  assert.deepEqual(methods(), before);
});

test('patches of others, made before and after, keep working', (t) => {
  const printed = quiet(t);
  const bottom = console.log;
  console.log = (...args) => bottom('before', ...args);
  const { stop, within } = capture(t);
  const ours = console.log;
  console.log = (...args) => ours('after', ...args);
  const theirs = console.log;

  const lines = [];
  within(lines, () => console.log('x'));
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['after x'],
  );
  stop();
  assert.equal(console.log, theirs);
  within(lines, () => console.log('y'));
  assert.equal(lines.length, 1);
  assert.deepEqual(printed, [
    ['log', 'before', 'after', 'x'],
    ['log', 'before', 'after', 'y'],
  ]);
});

test('a patch made in between that does not call ours takes no line away', (t) => {
  quiet(t);
  const before = console.log;
  const { within } = capture(t);
  const lines = [];
  console.log = () => {};
  const second = capture(t);
  within(lines, () => console.log('x'));
  second.within(lines, () => console.log('y'));
  second.stop();
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['x', 'y'],
  );
  console.log = before;
});

test('somebody who puts console back, and patches it anew, takes no line away', (t) => {
  quiet(t);
  const { log } = console;
  const { within } = capture(t);
  const lines = [];
  for (let i = 0; i < 3; i++) {
    console.log = log; // as it was before us
    keepCapturing();
    within(lines, () => console.log('back', i));
    const ours = console.log;
    console.log = (...args) => ours(...args);
    keepCapturing();
    within(lines, () => console.log('on top', i));
    console.log = ours;
  }
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['back 0', 'on top 0', 'back 1', 'on top 1', 'back 2', 'on top 2'],
  );
});

test('a function of ours that is put back again is used again, and none is added to it', (t) => {
  quiet(t);
  const { log } = console;
  let depth = 0;
  const depths = [];
  console.log = () => (depth = new Error().stack.split('\n').length);
  const ours = [];
  for (let i = 0; i < 5; i++) {
    const { stop, within } = capture(t);
    within([], () => console.log('x'));
    depths.push(depth);
    const mine = console.log;
    console.log = (...args) => mine(...args); // on top, while we go
    stop();
    console.log = mine; // and ours is back
    ours.push(mine);
  }
  assert.equal(new Set(ours).size, 1);
  assert.equal(new Set(depths).size, 1, depths.join());
  console.log = log;
});

test('a line that is printed by way of another method is one line', (t) => {
  quiet(t);
  const log = console.log;
  console.info = (...args) => console.log('(info)', ...args);
  const { within } = capture(t);
  const lines = [];
  const chatty = {
    [Symbol.for('nodejs.util.inspect.custom')]: () => (console.log('rendering'), 'CHATTY'),
  };
  within(lines, () => {
    console.info('x');
    console.log(chatty);
  });
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['x', 'CHATTY'],
  );
  assert.notEqual(console.log, log);
});

test('what cannot be rendered, and a console that throws, are the host’s as before', (t) => {
  const printed = quiet(t);
  const { within } = capture(t);
  const lines = [];
  const refusing = {
    [Symbol.for('nodejs.util.inspect.custom')]() {
      throw new Error('no');
    },
  };
  within(lines, () => {
    console.log(refusing);
    console.log('x'.repeat(1e6));
  });
  assert.equal(lines[0].message, '[cannot be rendered: no]');
  assert.match(lines[1].message, /^x{65536}… \[934464 more characters\]$/);
  assert.equal(printed[1][1].length, 1e6);

  t.mock.method(console, 'log', () => {
    throw new Error('EPIPE');
  });
  within(lines, () => assert.throws(() => console.log('x'), /EPIPE/));
});

test('a method that is not a plain property stays as it is', (t) => {
  const before = Object.getOwnPropertyDescriptor(console, 'debug');
  Object.defineProperty(console, 'debug', { get: () => before.value, configurable: true });
  t.after(() => Object.defineProperty(console, 'debug', before));
  const { stop } = capture(t);
  assert.equal(console.debug, before.value);
  stop();
});
