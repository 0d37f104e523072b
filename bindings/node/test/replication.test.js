'use strict';
// Shipping from within the host, to a real PostgreSQL that goes away in between.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { setTimeout: pause } = require('node:timers/promises');

const { observed, payload, runs, quiet } = require('./support/observed');
const { centre, eventually } = require('./support/postgres');

// 60 for the whole minute.
const seconds = Number(process.env.EDO_REPLICATION_SECONDS ?? 4);
const perSecond = 20;

test(`${perSecond} overlapping invocations a second, with PostgreSQL stopped and started in between`, async (t) => {
  quiet(t);
  const place = await centre(t);
  const { library, plugin, telemetry } = observed(t, {
    database: { connectionString: place.url },
    replicate: 'background', flushInterval: 100, retryDelay: 100,
  });
  async function work(event, hasuraEvent) {
    console.log('begin', hasuraEvent.id);
    await pause(200);
    console.log('end', hasuraEvent.id);
    return hasuraEvent.id;
  }
  const eventModules = { a: runs(library, work, work), b: runs(library, work), c: { detector: () => false } };

  const all = [];
  const start = Date.now();
  let change = Promise.resolve();
  for (let i = 0; i < seconds * perSecond; i++) {
    if (i === Math.floor((seconds * perSecond) / 3)) change = place.stop();
    if (i === Math.floor((seconds * perSecond * 2) / 3)) change = change.then(() => place.start());
    all.push(library.listenTo({ ...payload(), id: `event ${i}` }, { eventModules }));
    await pause(Math.max(0, start + (i + 1) * (1000 / perSecond) - Date.now()));
  }
  await Promise.all(all);
  await change;

  const count = all.length;
  const counted = (table) => telemetry.row(`SELECT count(*) AS n FROM ${table}`).n;
  assert.deepEqual(
    ['invocations', 'event_executions', 'job_executions', 'job_logs'].map(counted),
    [count, count * 3, count * 3, count * 6],
  );
  assert.equal(telemetry.row("SELECT count(*) AS n FROM invocations WHERE status <> 'completed'").n, 0);
  assert.equal(plugin.health().dropped, 0);
  await eventually(() => isShipped(place, telemetry), 'all rows are at the centre');
  assert.equal(place.value('SELECT count(*) FROM job_logs'), String(count * 6));
});

test('at the end of an invocation its rows are at the centre, or the deadline has passed', async (t) => {
  const place = await centre(t);
  const { library, telemetry } = observed(t, {
    database: { connectionString: place.url },
    replicate: 'onEnd', flushDeadlineMs: 30_000, retryDelay: 10,
  });
  const eventModules = { a: runs(library, async () => 1) };
  for (const serverlessMode of [false, true]) {
    await library.listenTo(payload(), { eventModules, timeoutConfig: { serverlessMode } });
    place.verify(telemetry);
  }

  const late = observed(t, {
    database: { connectionString: 'postgresql://edo@127.0.0.1:1/nowhere' },
    replicate: 'onEnd', flushDeadlineMs: 50, retryDelay: 10,
  });
  const start = performance.now();
  await late.library.listenTo(payload(), { eventModules: {} });
  assert.ok(performance.now() - start < 5000);
  assert.equal(late.telemetry.row('SELECT status FROM invocations').status, 'completed');
});

function isShipped(place, telemetry) {
  try {
    place.verify(telemetry);
    return true;
  } catch {
    return false;
  }
}
