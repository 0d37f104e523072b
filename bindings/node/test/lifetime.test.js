'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { runHost, startHost } = require('./support/host');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

const job = `
  const recorder = new Recorder(store, options);
  const invocation = recorder.startInvocation({ sourceFunction: 'orders' });
  const event = invocation.event('order.created');
  event.detected();
  const job = event.job('send');
  job.log('info', 'working');`;

test('exit codes are those of the host', async (t) => {
  const ends = [
    ['', 0],
    ['process.exitCode = 4', 4],
    ['process.exit(3)', 3],
    ['setTimeout(() => process.exit(5), 5)', 5],
    ['throw new Error("the host\'s own")', 1],
    ['Promise.reject(new Error("the host\'s own"))', 1],
    ["process.on('exit', () => { recorder.startInvocation(); })", 0],
  ];
  for (const options of ['{}', "{ commit: 'tick' }"]) {
    for (const [end, expected] of ends) {
      const store = new Store(t);
      const host = await runHost(store.path, `const options = ${options}; ${job}; ${end}`);
      assert.equal(host.signal, null, end);
      assert.equal(host.code, expected, `${end}: ${host.err}`);
      assert.equal(host.out, '');
      assert.equal(store.row('job_executions', store.rows('SELECT id FROM job_executions')[0].id).status, 'crashed');
    }
  }
});

test('nothing keeps the process alive', async (t) => {
  const { path } = new Store(t);
  const began = Date.now();
  const host = await runHost(
    path,
    `const options = { replicate: 'background', database: { connectionString: 'postgresql://127.0.0.1:1/none' }, onError() {} };
     ${job}; job.complete(); event.complete(); invocation.complete();`,
  );
  assert.equal(host.code, 0, host.err);
  assert.ok(Date.now() - began < 10_000);
});

test('kill -9 in the middle of a job is seen as a crash by the next recorder', async (t) => {
  const store = new Store(t);
  const host = startHost(
    store.path,
    `const options = {}; ${job}; console.log(invocation.id); setInterval(() => {}, 1000);`,
  );
  await until(() => host.out.includes('\n'), 'the job');
  host.child.kill('SIGKILL');
  const { signal } = await host.ended;
  assert.equal(signal, 'SIGKILL');

  const id = host.out.trim();
  assert.equal(store.row('invocations', id).status, 'running');
  await runHost(store.path, 'new Recorder(store);');
  const { invocation, events } = store.show(id);
  assert.equal(invocation.status, 'crashed');
  assert.match(invocation.error_message, /^its process ended before it did/);
  const [event] = events;
  assert.equal(event.status, 'crashed');
  const [crashed] = event.jobs;
  assert.equal(crashed.status, 'crashed');
  assert.equal(crashed.logs[0].message, 'working');
});

test('handles and recorders that are dropped record nothing at a moment of the collector', async (t) => {
  const store = new Store(t);
  const host = await runHost(
    store.path,
    `const { setTimeout: sleep } = require('node:timers/promises');
     (async () => {
       (() => {
         const recorder = new Recorder(store);
         const event = recorder.startInvocation().event('e');
         event.detected();
         event.job('dropped');
         event.complete();
       })();
       for (let i = 0; i < 5; ++i) { globalThis.gc(); await sleep(5); }
       const { execFileSync } = require('node:child_process');
       const sql = "SELECT group_concat(status) AS s FROM (SELECT status FROM invocations UNION ALL SELECT status FROM job_executions)";
       process.stdout.write(execFileSync(process.env.EDO, ['sql', sql, '--store', store, '--json']));
     })();`,
    { args: ['--expose-gc'] },
  );
  assert.equal(host.code, 0, host.err);
  assert.equal(JSON.parse(host.out)[0].s, 'running,running');
  assert.equal(store.count("job_executions WHERE status = 'crashed'"), 1);
});

test('recorders that are closed and dropped leave nothing behind', async (t) => {
  const store = new Store(t);
  const host = await runHost(
    store.path,
    `const { setTimeout: sleep } = require('node:timers/promises');
     (async () => {
       const open = () => {
         const recorder = new Recorder(store);
         recorder.close();
         return new WeakRef(recorder);
       };
       const known = Array.from({ length: 20 }, open);
       for (let i = 0; i < 5; ++i) { await sleep(5); globalThis.gc(); }
       console.log(known.filter((one) => one.deref()).length, process.listenerCount('exit'));
     })();`,
    { args: ['--expose-gc'] },
  );
  assert.equal(host.out, '0 0\n', host.err);
});

test('child processes do not disturb their parent, nor its store', async (t) => {
  const store = new Store(t);
  const host = await runHost(
    store.path,
    `const options = { commit: 'tick' }; ${job};
     const { execFileSync, fork } = require('node:child_process');
     for (let i = 0; i < 20; ++i) { job.log('info', 'line'); execFileSync('true'); }
     job.complete(); event.complete(); invocation.complete();`,
  );
  assert.equal(host.code, 0, host.err);
  assert.equal(store.count('job_logs'), 21);
  assert.equal(store.count("invocations WHERE status = 'completed'"), 1);
});
