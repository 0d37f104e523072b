'use strict';
// Hooks that come late, twice, never, or with odd arguments.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { createPlugin } = require('..');
const { makeLibrary } = require('./host/library');
const { observed, payload, runs, gate, quiet } = require('./support/observed');
const { Store } = require('./support/store');

test('after a time-out, jobs still end and the status stays', async (t) => {
  quiet(t);
  const { library, telemetry } = observed(t);
  const { opened, open } = gate();
  async function slow() {
    await opened;
    console.log('late line');
    return 'late';
  }
  const result = await library.listenTo(payload(), {
    timeoutConfig: { maxExecutionMs: 20 },
    eventModules: { a: runs(library, slow) },
  });
  assert.ok(result.timedOut);
  assert.equal(telemetry.rows('SELECT status FROM invocations')[0].status, 'timeout');
  assert.equal(telemetry.rows('SELECT status FROM job_executions')[0].status, 'running');
  open();
  await library.listenTo.late; // the library ends the invocation a second time
  const { invocations, events, jobs, logs } = telemetry.all();
  assert.deepEqual([invocations[0].status, invocations[0].total_jobs_run], ['timeout', 1]);
  assert.deepEqual(
    [events[0].status, jobs[0].status, jobs[0].result],
    ['completed', 'completed', '"late"'],
  );
  assert.deepEqual(
    logs.map((row) => row.message),
    ['late line'],
  );
});

test('a time-out of which nothing is heard any more leaves the truth behind', async (t) => {
  const { library, plugin, telemetry } = observed(t);
  const never = () => new Promise(() => {});
  await library.listenTo(payload(), {
    timeoutConfig: { maxExecutionMs: 20 },
    eventModules: { a: runs(library, never), b: { detector: never } },
  });
  await library.listenTo(payload(), { eventModules: {} }); // the process goes on
  const before = telemetry.all();
  assert.deepEqual(
    before.invocations.map((row) => row.status),
    ['timeout', 'completed'],
  );
  assert.deepEqual(
    before.events.map((row) => row.status),
    ['handling', 'detecting'],
  );
  plugin.close();
  assert.deepEqual(
    telemetry.all().events.map((row) => row.status),
    ['crashed', 'crashed'],
  );
});

test('a plugin that is registered late, and never initialized, records all the same', async (t) => {
  const library = makeLibrary();
  await library.listenTo(payload(), { eventModules: {} });
  const telemetry = new Store(t);
  const plugin = createPlugin(library.BasePlugin, { store: telemetry.path });
  t.after(() => plugin.close());
  library.pluginManager.register(plugin);
  await library.listenTo(payload(), { eventModules: { a: runs(library, async () => 1) } });
  const { invocations, jobs } = telemetry.all();
  assert.deepEqual([invocations.length, jobs[0].status], [1, 'completed']);
});

test('a plugin that is registered in the midst of an invocation records the rest of it', async (t) => {
  const library = makeLibrary();
  const telemetry = new Store(t);
  const plugin = createPlugin(library.BasePlugin, { store: telemetry.path });
  t.after(() => plugin.close());
  async function first() {
    library.pluginManager.register(plugin);
    return 'one';
  }
  await library.listenTo(payload(), { eventModules: { a: runs(library, first) } });
  const { invocations, events, jobs } = telemetry.all();
  assert.deepEqual([invocations[0].status, events[0].status], ['completed', 'completed']);
  assert.deepEqual(
    [jobs[0].job_name, jobs[0].status, jobs[0].result],
    ['first', 'completed', '"one"'],
  );
});

test('hooks that come before the plugin is ready lose nothing', async (t) => {
  const { library, plugin, telemetry } = observed(t);
  const { opened, open } = gate();
  const initialize = plugin.initialize.bind(plugin);
  plugin.initialize = () => opened.then(initialize);
  const first = library.listenTo(payload(), { eventModules: {} });
  await library.listenTo(payload(), { eventModules: {} }); // does not wait for the slow one
  open();
  await first;
  assert.equal(telemetry.all().invocations.length, 2);
});

test('after a shutdown the next invocation is recorded', async (t) => {
  const { library, plugin, telemetry } = observed(t);
  for (let i = 0; i < 3; i++) {
    await library.listenTo(payload(), { eventModules: {} });
    await library.pluginManager.shutdown();
    if (i === 1) plugin.close();
  }
  assert.deepEqual(
    telemetry.all().invocations.map((row) => row.status),
    Array(3).fill('completed'),
  );
});

test('an invocation without event modules ends with the shutdown that follows it', async (t) => {
  const { plugin, telemetry } = observed(t);
  await plugin.onInvocationStart(payload(), {});
  await plugin.shutdown();
  assert.equal(telemetry.all().invocations[0].status, 'completed');
});

test('a result of no known shape ends the invocation all the same', async (t) => {
  const { plugin, telemetry } = observed(t);
  for (const result of [undefined, null, 7, { events: 'none' }, { events: [null, {}] }]) {
    const event = payload();
    await plugin.onInvocationStart(event, {});
    await plugin.onInvocationEnd(event, result);
  }
  await plugin.onInvocationStart(payload(), null);
  assert.deepEqual(
    telemetry.all().invocations.map((row) => row.status),
    [...Array(5).fill('completed'), 'running'],
  );
});

test('frozen payloads and options are recorded as well', async (t) => {
  const { library, plugin, telemetry } = observed(t);
  const event = Object.freeze(payload());
  await plugin.onInvocationStart(event, {});
  await plugin.onEventHandlerStart('a', event);
  await library.job(async () => 'done', Object.freeze({ jobName: 'cold' }))('a', event);
  assert.deepEqual(
    telemetry.all().jobs.map((row) => [row.job_name, row.result]),
    [['cold', '"done"']],
  );
});

test('hooks that never come are made up for by the result', async (t) => {
  const { library, plugin, telemetry } = observed(t);
  plugin.onJobEnd = async () => {};
  async function mail(event, hasuraEvent, { to }) {
    if (to === 'nobody') throw new Error('nobody there');
    return to;
  }
  const handler = runs(library, [mail, { to: 'a' }], [mail, { to: 'nobody' }], [mail, { to: 'b' }]);
  await library.listenTo(payload(), { eventModules: { x: handler } });
  const jobs = telemetry.rows(
    'SELECT status, result, error_message, job_options FROM job_executions ORDER BY id',
  );
  assert.deepEqual(
    jobs.map((row) => [row.status, row.result, row.error_message]),
    [
      ['completed', '"a"', null],
      ['failed', null, 'nobody there'],
      ['completed', '"b"', null],
    ],
  );

  plugin.onEventHandlerEnd = async () => {};
  await library.listenTo(payload(), { eventModules: { y: handler } });
  assert.equal(
    telemetry.rows("SELECT status FROM event_executions WHERE event_name = 'y'")[0].status,
    'failed',
  );
});

test('no hook ever rejects or throws, whatever it is given', async (t) => {
  const { plugin } = observed(t);
  const odd = [
    undefined,
    null,
    7,
    'text',
    {},
    [],
    Symbol('x'),
    () => {},
    new Proxy(
      {},
      {
        get(_, key) {
          if (key !== 'then') throw new Error('no');
        },
        getPrototypeOf() {
          throw new Error('no');
        },
      },
    ),
  ];
  const hooks = [
    'onPreConfigure',
    'onInvocationStart',
    'onEventDetectionStart',
    'onEventDetectionEnd',
    'onEventHandlerStart',
    'onJobStart',
    'onJobEnd',
    'onEventHandlerEnd',
    'onInvocationEnd',
    'onError',
    'onLog',
    'flush',
    'shutdown',
    'initialize',
  ];
  for (const hook of hooks) {
    for (const one of odd) {
      for (const other of odd) {
        const promise = plugin[hook](one, other, other, one, other);
        assert.ok(promise instanceof Promise, hook);
        await promise;
      }
    }
  }
  await plugin.onInvocationStart(Object.freeze(payload()), {});
});
