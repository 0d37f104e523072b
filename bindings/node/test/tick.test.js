'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { Recorder } = require('..');
const { EachTurn } = require('../lib/turn');
const { runHost } = require('./support/host');
const { callsOfOne, record } = require('./support/sample');
const { Store } = require('./support/store');

function open(t) {
  const store = new Store(t);
  const recorder = new Recorder(store.path, { commit: 'tick' });
  t.after(() => recorder.close());
  return { store, recorder };
}

test('calls of one turn are committed together, before committed() resolves', async (t) => {
  const { store, recorder } = open(t);
  recorder.startInvocation();
  assert.equal(store.count('invocations'), 0);
  assert.equal(recorder.health().stored, 0);
  record(recorder);
  await recorder.committed();
  assert.equal(recorder.health().stored, 1 + callsOfOne);
  assert.equal(store.count("invocations WHERE status = 'completed'"), 1);
  await recorder.committed(); // nothing waits
});

// Stands in for the add-on, with a clock that the test moves.
function turn() {
  const counted = { commits: 0, nudges: 0, now: 1 };
  const native = { commit: () => ++counted.commits, nudge: () => ++counted.nudges };
  return { counted, turn: new EachTurn(native, () => counted.now) };
}

test('what promises record still belongs to the turn', async () => {
  const { counted, turn: each } = turn();
  const seen = [];
  await Promise.all(
    [1, 2, 3].map(async () => {
      await null;
      each.recorded();
      seen.push(counted.commits);
      await each.committed();
      assert.equal(counted.commits, 1);
    }),
  );
  assert.deepEqual(seen, [0, 0, 0]);
});

test('a ship is asked for after the commit of the end', async () => {
  const { counted, turn: each } = turn();
  each.invocationEnded();
  assert.deepEqual([counted.commits, counted.nudges], [0, 0]);
  await each.committed();
  assert.deepEqual([counted.commits, counted.nudges], [1, 1]);
});

test('a turn that does not end commits all the same', async () => {
  const { counted, turn: each } = turn();
  each.recorded();
  counted.now += 20;
  each.recorded();
  assert.equal(counted.commits, 0);
  counted.now += 1;
  each.recorded();
  each.recorded();
  assert.equal(counted.commits, 2);
  await each.committed();
  assert.equal(counted.commits, 3);
});

test('flush and close commit first', async (t) => {
  const { store, recorder } = open(t);
  record(recorder);
  await recorder.flush();
  assert.equal(store.count('invocations'), 1);
  record(recorder);
  recorder.close();
  assert.equal(store.count("invocations WHERE status = 'completed'"), 2);
});

test('nothing of a turn is lost when the process ends in it', async (t) => {
  const ends = ['process.exit(3)', 'throw new Error("broken")', 'process.exitCode = 4'];
  for (const end of ends) {
    const store = new Store(t);
    await runHost(store.path, `new Recorder(store, { commit: 'tick' }).startInvocation(); ${end}`);
    assert.equal(store.count('invocations'), 1, end);
  }
});
