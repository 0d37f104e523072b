'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { Worker } = require('node:worker_threads');

const { Recorder } = require('..');
const { library } = require('./support/host');
const { record } = require('./support/sample');
const { Store } = require('./support/store');

const sample = require.resolve('./support/sample');

// Runs code in a worker, which finds Recorder, record and the store's path; gives its exit code.
function worker(store, code, env = process.env) {
  const script = `
    const { Recorder } = require(${JSON.stringify(library)});
    const { record } = require(${JSON.stringify(sample)});
    const store = ${JSON.stringify(store)};
    ${code}`;
  const thread = new Worker(script, { eval: true, env });
  const ended = new Promise((resolve, reject) => {
    thread.on('exit', resolve);
    thread.on('error', reject);
  });
  return { thread, ended };
}

test('each worker has its own recorder, all on one store', async (t) => {
  const store = new Store(t);
  const recorder = new Recorder(store.path);
  t.after(() => recorder.close());
  const code = `const recorder = new Recorder(store, { commit: 'tick' });
    for (let i = 0; i < 50; ++i) record(recorder, 'worker');`;
  const workers = Array.from({ length: 4 }, () => worker(store.path, code).ended);
  for (let i = 0; i < 50; ++i) record(recorder, 'main');
  assert.deepEqual(await Promise.all(workers), [0, 0, 0, 0]);
  assert.equal(store.count("invocations WHERE status = 'completed'"), 250);
  assert.equal(store.count('job_logs'), 500);
});

test('a worker that is terminated in the middle of a job', async (t) => {
  const store = new Store(t);
  for (const options of ['{}', "{ commit: 'tick' }"]) {
    const { thread, ended } = worker(
      store.path,
      `const recorder = new Recorder(store, ${options});
       const job = recorder.startInvocation().event('e').job('j');
       require('node:worker_threads').parentPort.postMessage(job.id);
       setInterval(() => {}, 1000);`,
    );
    const id = await new Promise((resolve) => thread.once('message', resolve));
    await thread.terminate();
    await ended;
    assert.equal(store.row('job_executions', id).status, 'crashed');
  }
});

test('errors of a worker are reported to that worker, and its environment is its own', async (t) => {
  const store = new Store(t);
  const { thread, ended } = worker(
    store.path,
    `const { parentPort } = require('node:worker_threads');
     const recorder = new Recorder(undefined, { onError: (error) => parentPort.postMessage(error.kind) });
     recorder.startInvocation({ id: 'no uuid' });
     setTimeout(() => {}, 1000);`,
    { ...process.env, EDO_STORE: store.path },
  );
  const kind = await new Promise((resolve) => thread.once('message', resolve));
  assert.equal(kind, 'invalid_argument');
  await ended;
  assert.equal(store.count('invocations'), 1);
});
