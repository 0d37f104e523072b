'use strict';
// Shipping from within the host, to a real PostgreSQL that goes away in between.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { setTimeout: pause } = require('node:timers/promises');

const { observed, payload, runs, quiet } = require('./support/observed');
const { Postgres } = require('./support/postgres');
const { until } = require('./support/wait');

// 60 for the whole minute.
const seconds = Number(process.env.EDO_REPLICATION_SECONDS ?? 4);
const perSecond = 20;

test(`${perSecond} overlapping invocations a second, with PostgreSQL stopped and started in between`, async (t) => {
  quiet(t);
  const postgres = await Postgres.start(t);
  const { listen, library, plugin, telemetry } = observed(t, {
    database: { connectionString: postgres.url },
    replicate: 'background',
    flushInterval: 100,
    retryDelay: 100,
  });
  async function work(event, hasuraEvent) {
    console.log('begin', hasuraEvent.id);
    await pause(200);
    console.log('end', hasuraEvent.id);
    return hasuraEvent.id;
  }
  const eventModules = {
    a: runs(library, work, work),
    b: runs(library, work),
    c: { detector: () => false },
  };

  const all = [];
  const start = Date.now();
  let change = Promise.resolve();
  for (let i = 0; i < seconds * perSecond; i++) {
    if (i === Math.floor((seconds * perSecond) / 3)) change = postgres.stop();
    if (i === Math.floor((seconds * perSecond * 2) / 3)) change = change.then(() => postgres.run());
    all.push(listen({ ...payload(), id: `event ${i}` }, { eventModules }));
    await pause(Math.max(0, start + (i + 1) * (1000 / perSecond) - Date.now()));
  }
  await Promise.all(all);
  await change;

  const count = all.length;
  const counted = (table) => telemetry.count(table);
  assert.deepEqual(['invocations', 'event_executions', 'job_executions', 'job_logs'].map(counted), [
    count,
    count * 3,
    count * 3,
    count * 6,
  ]);
  assert.equal(telemetry.count("invocations WHERE status <> 'completed'"), 0);
  assert.equal(plugin.health().dropped, 0);
  await until(() => isShipped(postgres, telemetry), 'all rows at the central database', 60_000);
  assert.equal(postgres.count('job_logs'), count * 6);
});

test('a central database that only the environment names is shipped to', async (t) => {
  const postgres = await Postgres.start(t);
  const { hostname, port, pathname, username } = new URL(postgres.url);
  const variables = { HOST: hostname, PORT: port, DATABASE: pathname.slice(1), USER: username };
  for (const [name, value] of Object.entries(variables)) {
    process.env[`OBSERVABILITY_DATABASE_${name}`] = value;
    t.after(() => delete process.env[`OBSERVABILITY_DATABASE_${name}`]);
  }
  const { listen, telemetry } = observed(t, { flushInterval: 100 });
  await listen(payload(), { eventModules: {} });
  await until(() => isShipped(postgres, telemetry), 'all rows at the central database', 60_000);
  assert.equal(postgres.count('invocations'), 1);
});

test('at the end of an invocation its rows are at the central database, or the deadline has passed', async (t) => {
  const postgres = await Postgres.start(t);
  const { library, listen, telemetry } = observed(t, {
    database: { connectionString: postgres.url },
    replicate: 'onEnd',
    flushDeadlineMs: 30_000,
    retryDelay: 10,
  });
  const eventModules = { a: runs(library, async () => 1) };
  for (const serverlessMode of [false, true]) {
    await listen(payload(), { eventModules, timeoutConfig: { serverlessMode } });
    postgres.has(telemetry.path);
  }

  const late = observed(t, {
    database: { connectionString: 'postgresql://edo@127.0.0.1:1/nowhere' },
    replicate: 'onEnd',
    flushDeadlineMs: 50,
    retryDelay: 10,
  });
  const start = performance.now();
  await late.listen(payload(), { eventModules: {} });
  assert.ok(performance.now() - start < 5000);
  assert.equal(late.telemetry.rows('SELECT status FROM invocations')[0].status, 'completed');
});

test('when a time-out is near, a central database that is away costs a fraction of a second', async (t) => {
  const { plugin } = observed(t, {
    database: { connectionString: 'postgresql://edo@127.0.0.1:1/nowhere' },
    replicate: 'onEnd',
    flushDeadlineMs: 60_000,
    retryDelay: 10,
  });
  const event = payload();
  await plugin.onInvocationStart(event, {});
  const start = performance.now();
  await plugin.flush();
  await plugin.onInvocationEnd(event, { events: [], timedOut: true }, 1);
  assert.ok(performance.now() - start < 10_000);
});

function isShipped(postgres, telemetry) {
  try {
    postgres.has(telemetry.path);
    return true;
  } catch {
    return false;
  }
}
