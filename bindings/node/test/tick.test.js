'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { Recorder } = require('..');
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
  record(recorder);
  record(recorder);
  assert.equal(store.count('invocations'), 0);
  const committed = recorder.committed();
  assert.equal(recorder.health().stored, 0);
  await committed;
  assert.equal(recorder.health().stored, 2 * callsOfOne);
  assert.equal(store.count("invocations WHERE status = 'completed'"), 2);
  await recorder.committed(); // nothing waits
});

test('what promises record still belongs to the turn', async (t) => {
  const { store, recorder } = open(t);
  const invocation = recorder.startInvocation();
  const seen = [];
  await Promise.all(
    [1, 2, 3].map(async (number) => {
      await null;
      invocation.event(`e${number}`);
      seen.push(recorder.health().stored);
      await recorder.committed();
      assert.equal(store.count('event_executions'), 3);
    }),
  );
  assert.equal(new Set(seen).size, 1);
});

test('a turn that does not end commits all the same', (t) => {
  const { recorder } = open(t);
  const job = recorder.startInvocation().event('e').job('j');
  for (const began = Date.now(); Date.now() - began < 50; ) {
    // A job that computes.
  }
  job.log('info', 'still here');
  assert.equal(recorder.health().stored, 4);
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
