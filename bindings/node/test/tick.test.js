'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { Recorder } = require('..');
const { CommitEachTick } = require('../lib/commit_policy');
const { runHost } = require('./support/host');
const { callsOfOne, record } = require('./support/sample');
const { Store } = require('./support/store');

function open(t) {
  const store = new Store(t);
  const recorder = new Recorder(store.path, { commit: 'tick' });
  t.after(() => recorder.close());
  return { store, recorder };
}

test('a turn ends although a test of the host has replaced the timers', async (t) => {
  const { setImmediate } = globalThis;
  t.after(() => Object.assign(globalThis, { setImmediate }));
  globalThis.setImmediate = () => {};
  const { store, recorder } = open(t);
  recorder.startInvocation().complete();
  await recorder.committed();
  assert.equal(store.all().invocations.length, 1);
});

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

// Stands in for the add-on, with a clock that the test moves and commits that it ends.
function turn() {
  const counted = { commits: 0, nudges: 0, now: 1 };
  const native = {
    commitLater: (number) => {
      assert.equal(number, ++counted.commits);
      return true;
    },
    nudge: () => ++counted.nudges,
  };
  return { counted, turn: new CommitEachTick(native, () => counted.now) };
}

// Whether it has resolved when all promises that are ready have run.
async function isSettled(promise) {
  let settled = false;
  promise.then(() => (settled = true));
  await new Promise(process.nextTick);
  return settled;
}

test('what promises record still belongs to the turn', async () => {
  const { counted, turn: each } = turn();
  await Promise.all(
    [1, 2, 3].map(async () => {
      await null;
      each.recorded();
    }),
  );
  assert.equal(counted.commits, 0);
  await new Promise(setImmediate);
  assert.equal(counted.commits, 1);
});

test('committed() waits for the commit of what was recorded before, and for no other', async () => {
  const { turn: each } = turn();
  assert.ok(await isSettled(each.committed()));
  each.recorded();
  const first = each.committed();
  assert.equal(each.committed(), first);
  each.commit();
  assert.equal(each.committed(), first);
  each.recorded();
  const second = each.committed();
  each.commit();
  assert.ok(!(await isSettled(first)));
  each.stored(1);
  assert.ok(await isSettled(first));
  assert.ok(!(await isSettled(second)));
  each.stored(2);
  assert.ok(await isSettled(second));
  assert.ok(await isSettled(each.committed()));
});

test('a ship is asked for after the commit of the end', () => {
  const { counted, turn: each } = turn();
  each.recorded();
  each.commit();
  each.invocationEnded();
  each.stored(1);
  each.commit();
  assert.equal(counted.nudges, 0);
  each.stored(2);
  each.stored(2);
  assert.equal(counted.nudges, 1);
});

test('a turn that does not end commits all the same', () => {
  const { counted, turn: each } = turn();
  each.recorded();
  counted.now += 20;
  each.recorded();
  assert.equal(counted.commits, 0);
  counted.now += 1;
  each.recorded();
  each.recorded();
  assert.equal(counted.commits, 2);
  each.commit();
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

test('a process ends when what it waits for is committed, and not before', async (t) => {
  const store = new Store(t);
  const host = await runHost(
    store.path,
    `const recorder = new Recorder(store, { commit: 'tick' });
     (async () => {
       for (let i = 0; i < 100; ++i) {
         recorder.startInvocation();
         await recorder.committed();
       }
       console.log(recorder.health().stored);
     })();`,
  );
  assert.deepEqual([host.code, host.out], [0, '100\n'], host.err);
});

test('commits that are under way end before the recorder is closed', async (t) => {
  const { store, recorder } = open(t);
  const commits = [];
  for (let i = 0; i < 20; ++i) {
    record(recorder);
    commits.push(recorder.committed());
    if (i % 2 === 1) await new Promise(setImmediate);
  }
  recorder.close();
  assert.equal(store.count("invocations WHERE status = 'completed'"), 20);
  await Promise.all(commits);
});

test('an error is reported before the commit that met it has ended', async (t) => {
  const store = new Store(t);
  const errors = [];
  const recorder = new Recorder(store.path, { commit: 'tick', onError: (error) => errors.push(error) });
  t.after(() => recorder.close());
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  const event = recorder.startInvocation().event('one', { id });
  event.detected();
  recorder.startInvocation().event('two', { id });
  await recorder.committed();
  assert.equal(errors.length, 1);
  assert.match(errors[0].message, /exists already/);
});
