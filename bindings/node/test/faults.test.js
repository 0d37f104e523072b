'use strict';
// The faults of the library's own telemetry plugin, as they were measured. Each test shows that
// ours does not have one of them.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const v8 = require('node:v8');
const { runInNewContext } = require('node:vm');

const { buildToken } = require('..');
const { observed, payload, runs, gate, quiet } = require('./support/observed');
const { Postgres } = require('./support/postgres');

v8.setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const turn = () => new Promise(setImmediate);

async function memoryInUse() {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await turn(); // finalizers
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a crash loses nothing that a job has printed or done', async (t) => {
  const { telemetry } = observed(t);
  const host = spawn(
    process.execPath,
    [path.join(__dirname, 'support', 'killed_host.js'), telemetry.path],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const signal = await new Promise((resolve) => host.once('exit', (_, by) => resolve(by)));
  assert.equal(signal, 'SIGKILL');
  const { invocations, jobs, logs } = telemetry.all();
  assert.deepEqual(
    jobs.map((row) => [row.job_name, row.status]),
    [
      ['done', 'completed'],
      ['killed', 'running'],
    ],
  );
  assert.deepEqual(
    logs.map((row) => row.message),
    ['about to die'],
  );
  assert.equal(invocations[0].status, 'running');
});

test('invocations that overlap are all stored whole', async (t) => {
  quiet(t);
  const { listen, library, telemetry, errors } = observed(t);
  async function work() {
    await turn();
    console.log('working');
  }
  const eventModules = {
    a: runs(library, work, work),
    b: runs(library, work),
    c: { detector: () => false },
  };
  const all = [];
  for (let i = 0; i < 129; i++) {
    all.push(listen(payload(), { eventModules }));
    if (i % 3 === 0) await turn();
  }
  await Promise.all(all);
  const whole = telemetry.rows(`
    SELECT count(*) AS n FROM invocations i
    WHERE status = 'completed' AND total_jobs_succeeded = 3 AND events_detected_count = 2
      AND (SELECT count(*) FROM event_executions e WHERE e.invocation_id = i.id) = 3
      AND (SELECT count(*) FROM job_logs l WHERE l.invocation_id = i.id AND message = 'working') = 3`)[0];
  assert.equal(whole.n, 129);
  assert.deepEqual(errors, []);
});

test('a central database that is away neither ends the process nor holds it up', async (t) => {
  const { listen, library, telemetry } = observed(t, {
    database: { connectionString: 'postgresql://edo@127.0.0.1:1/nowhere' },
    replicate: 'background',
    retryDelay: 1,
    flushInterval: 1,
  });
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const eventModules = { a: runs(library, async () => 1) };
  for (let i = 0; i < 1000; i++) {
    await listen(payload(), { eventModules });
    await turn();
  }
  clearInterval(watch);
  assert.equal(telemetry.count("invocations WHERE status = 'completed'"), 1000);
  assert.ok(longest < 5000, `the event loop stood still for ${longest} ms`);
});

test('a warm serverless process records every invocation', async (t) => {
  const { listen, library, telemetry } = observed(t, { captureHasuraPayload: false });
  const timeoutConfig = { serverlessMode: true };
  for (let i = 0; i < 5; i++) {
    await listen(payload(), {
      timeoutConfig,
      eventModules: { a: runs(library, async () => i) },
    });
  }
  const { invocations, jobs } = telemetry.all();
  assert.deepEqual(jobs.map((row) => row.result).sort(), ['0', '1', '2', '3', '4']);
  assert.deepEqual(
    invocations.map((row) => row.source_event_payload),
    Array(5).fill(null),
  );
});

test('no value stops what comes after it, here or at the central database', async (t) => {
  const values = [
    10n,
    NaN,
    new Date(NaN),
    Buffer.from('x'),
    () => {},
    'a\u0000b',
    '\ud800',
    { deep: '\u0000' },
    Symbol('s'),
  ];
  const { listen, library, telemetry, errors } = observed(t);
  for (const value of values) {
    const event = { ...payload(), id: 'no UUID\u0000', trigger: { name: 'nul\u0000' } };
    event.event.data.new.note = 'a\u0000b\udc00';
    await listen(event, { eventModules: { a: runs(library, async () => value) } });
  }
  await listen(payload(), {
    timeoutConfig: { getRemainingTimeInMillis: () => 0 },
    eventModules: { late: runs(library, () => new Promise(() => {})) },
  });
  await listen(payload(), { eventModules: { last: runs(library, async () => 'last') } });

  assert.deepEqual(errors, []);
  assert.equal(
    telemetry.count("job_executions WHERE status = 'completed' AND result IS NOT NULL"),
    values.length + 1,
  );
  const postgres = await Postgres.start(t);
  postgres.ship(telemetry.path);
  postgres.has(telemetry.path);
  assert.equal(postgres.count("invocations WHERE status = 'timeout'"), 1);
  assert.equal(postgres.count('replication_dead_letters'), 0);
  assert.equal(postgres.count('job_executions WHERE result::text = \'"last"\''), 1);
});

test('two jobs of one name have a record each', async (t) => {
  quiet(t);
  const { listen, library, telemetry } = observed(t);
  const first = gate();
  async function sync(event, hasuraEvent, { to, jobExecutionId }) {
    if (to === 'slow') await first.opened;
    console.log(`${to} ${jobExecutionId}`);
    await turn();
    if (to === 'fast') first.open(); // the one that began last ends first
    return to;
  }
  await listen(payload(), {
    eventModules: { a: runs(library, [sync, { to: 'slow' }], [sync, { to: 'fast' }]) },
  });
  const { jobs, logs } = telemetry.all();
  assert.equal(jobs.length, 2);
  for (const row of jobs) {
    const { to, jobExecutionId } = JSON.parse(row.job_options);
    assert.equal(jobExecutionId, undefined);
    assert.equal(row.result, JSON.stringify(to));
    const lines = logs.filter((line) => line.job_execution_id === row.id);
    assert.deepEqual(
      lines.map((line) => line.message),
      [`${to} ${row.id}`],
    );
  }
});

test('two invocations of one correlation id have a record each', async (t) => {
  const { listen, library, telemetry } = observed(t);
  const token = buildToken(
    'orders',
    '0b9e3c1a-5f2d-4e8b-9a6c-7d1f2e3a4b5c',
    '7c2d1e0f-3a4b-4c5d-8e6f-9a0b1c2d3e4f',
  );
  const both = gate();
  let arrived = 0;
  const meet = async (event, { id }) => {
    if (++arrived === 2) both.open();
    await both.opened;
    return id;
  };
  const deliver = (id) => {
    const event = { ...payload(), id };
    event.event.data.new.updated_by = token;
    return listen(event, { eventModules: { a: runs(library, meet) } });
  };
  await Promise.all([deliver('first'), deliver('second')]);
  const rows = telemetry.rows(`
    SELECT i.source_event_id, j.result, i.correlation_id, i.source_job_id, i.total_jobs_run
    FROM invocations i JOIN job_executions j ON j.invocation_id = i.id ORDER BY 1`);
  assert.deepEqual(
    rows.map((row) => [row.source_event_id, row.result]),
    [
      ['first', '"first"'],
      ['second', '"second"'],
    ],
  );
  for (const row of rows) {
    assert.equal(buildToken('orders', row.correlation_id, row.source_job_id), token);
    assert.equal(row.total_jobs_run, 1);
  }
});

test('results are stored as they are', async (t) => {
  const { listen, library, telemetry } = observed(t);
  const results = ['true', '10', true, { at: new Date(0), list: ['1', 1, null] }, '{"a":1}', ''];
  const eventModules = {
    a: runs(library, ...results.map((result, i) => [async () => result, { jobName: `job${i}` }])),
  };
  await listen(payload(), { eventModules });
  assert.deepEqual(
    telemetry.all().jobs.map((row) => row.result),
    results.map((result) => JSON.stringify(result)),
  );
});

test('a handler that throws marks its own event, and the invocation failed', async (t) => {
  const { listen, library, telemetry } = observed(t);
  const handler = async () => {
    throw new Error('thrown');
  };
  await listen(payload(), {
    eventModules: {
      broken: { detector: () => true, handler },
      sound: runs(library, async () => 1),
    },
  });
  const { invocations, events } = telemetry.all();
  assert.deepEqual(
    events.map((row) => row.status),
    ['handler_failed', 'completed'],
  );
  assert.equal(invocations[0].status, 'failed');
});

test('lines go to the job that printed them, and a handler’s own to none', async (t) => {
  quiet(t);
  const { listen, library, telemetry } = observed(t);
  async function chatty(event, hasuraEvent, { jobExecutionId }) {
    for (let i = 0; i < 5; i++) {
      console.log(jobExecutionId);
      await new Promise((resolve) => (i % 2 ? setTimeout(resolve, 1) : setImmediate(resolve)));
    }
  }
  const { run, job } = library;
  const handler = async (event, hasuraEvent) => {
    console.log('handler');
    const running = run(event, hasuraEvent, [job(chatty), job(chatty), job(chatty)]);
    console.log('handler');
    const results = await running;
    console.log('handler');
    return results;
  };
  const module = { detector: () => (console.log('detector'), true), handler };
  await Promise.all(
    Array.from({ length: 10 }, () =>
      listen(payload(), { eventModules: { a: module, b: module } }),
    ),
  );
  const { jobs, logs } = telemetry.all();
  assert.equal(jobs.length, 60);
  assert.equal(logs.length, 300);
  for (const line of logs) assert.equal(line.message, line.job_execution_id);
});

test('it is not in the way: time, memory and large payloads', async (t) => {
  const { log } = console;
  console.log = () => {}; // quiet() would keep what is printed
  t.after(() => (console.log = log));
  const { listen, library, plugin } = observed(t);
  const eventModules = { a: runs(library, async () => console.log('line')) };
  const repeat = async (times) => {
    const taken = [];
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      await listen(payload(), { eventModules });
      taken.push(performance.now() - start);
      await turn();
    }
    return taken.sort((a, b) => a - b)[times >> 1];
  };
  // Of several times, the one with the least of the engine's own growth.
  const growth = [];
  const medians = [];
  for (let i = 0; i < 4; i++) {
    const before = await memoryInUse();
    medians.push(await repeat(1000));
    growth.push((await memoryInUse()) - before);
  }
  assert.ok(Math.min(...medians) < 5, `the median of an invocation is ${Math.min(...medians)} ms`);
  assert.ok(Math.min(...growth) < 100_000, `${growth} bytes more after 1000 invocations each`);

  const large = payload();
  large.event.data.new.items = Array.from({ length: 10_000 }, (_, i) => ({
    sku: `SKU-${i}`,
    quantity: i,
    unit_price_cents: i * 7,
    note: 'x'.repeat(15),
  }));
  assert.ok(JSON.stringify(large).length > 747_000);
  const times = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await plugin.onInvocationStart(structuredClone(large), {});
    times.push(performance.now() - start);
  }
  assert.ok(Math.min(...times) < 155, `${Math.min(...times)} ms for a payload of 747 kB`);
});
