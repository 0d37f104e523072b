'use strict';
// Hooks that come late, twice, never, or with odd arguments.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { createPlugin } = require('..');
const { freshLibrary, hooksOf } = require('./support/detector');
const { listener, observed, payload, runs, gate } = require('./support/observed');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

// Its flush() waits for the end of the jobs that the time-out has aborted, and so for an end of the
// invocation that does not tell of the time-out.
function slowPlugin({ BasePlugin }) {
  const { opened, open } = gate();
  class Slow extends BasePlugin {
    async onInvocationEnd() {
      open();
    }
    flush() {
      return opened;
    }
  }
  return new Slow();
}

test('a time-out aborts the jobs, and is recognised before the library reports it', async (t) => {
  const { listen, library, telemetry } = observed(t);
  library.pluginManager.register(slowPlugin(library));
  const { opened, open } = gate();
  async function slow() {
    await opened;
    console.log('late line');
  }
  const result = await listen(payload(), {
    timeoutConfig: { getRemainingTimeInMillis: () => 0 },
    eventModules: { a: runs(library, slow) },
  });
  assert.ok(result.timedOut);
  open();
  const hasEnded = () => telemetry.count("event_executions WHERE status = 'failed'") === 1;
  await until(hasEnded, 'the end of the handler');
  const { invocations, events, jobs, logs } = telemetry.all();
  assert.deepEqual([invocations[0].status, invocations[0].total_jobs_failed], ['timeout', 1]);
  assert.deepEqual([events[0].status, jobs[0].status], ['failed', 'failed']);
  assert.equal(jobs[0].error_message, 'Job aborted due to function timeout');
  assert.deepEqual(logs, []); // the job had ended
});

test('an end that comes after a time-out leaves the status as it is', async (t) => {
  const { plugin, telemetry } = observed(t);
  const event = payload();
  await plugin.onInvocationStart(event, {});
  await plugin.onEventHandlerStart('a', event);
  await plugin.onJobStart('slow', {}, 'a', event);
  await plugin.onInvocationEnd(event, { events: [], timedOut: true, durationMs: 5 }, 5);
  assert.equal(telemetry.rows('SELECT status FROM job_executions')[0].status, 'running');
  await plugin.onJobEnd('slow', { completed: true, result: 'late' }, 'a', event, 9);
  await plugin.onInvocationEnd(event, { events: [], durationMs: 9 }, 9);
  const { invocations, jobs } = telemetry.all();
  assert.deepEqual([invocations[0].status, invocations[0].total_jobs_run], ['timeout', 1]);
  assert.deepEqual([jobs[0].status, jobs[0].result], ['completed', '"late"']);
});

test('a time-out of which nothing is heard any more leaves the truth behind', async (t) => {
  const { listen, plugin, telemetry } = observed(t);
  const never = () => new Promise(() => {});
  await listen(payload(), {
    timeoutConfig: { getRemainingTimeInMillis: () => 0 },
    eventModules: { a: { detector: () => true, handler: never }, b: { detector: never } },
  });
  await listen(payload(), { eventModules: { c: { detector: () => false } } }); // the process goes on
  const before = telemetry.all();
  assert.deepEqual(
    before.invocations.map((row) => row.status),
    ['timeout', 'completed'],
  );
  assert.deepEqual(
    before.events.map((row) => row.status),
    ['handling', 'detecting', 'not_detected'],
  );
  plugin.close();
  assert.deepEqual(
    telemetry.all().events.map((row) => row.status),
    ['crashed', 'crashed', 'not_detected'],
  );
});

const idle = { eventModules: { idle: { detector: () => false } } };

// A plugin that a test registers when it wants to.
function registersLate(t) {
  const library = freshLibrary();
  const telemetry = new Store(t);
  const plugin = createPlugin(library.BasePlugin, { store: telemetry.path, onError() {} });
  t.after(() => plugin.close());
  return { library, telemetry, plugin, listen: listener(library) };
}

test('a plugin that is registered late, and never initialized, records all the same', async (t) => {
  const { library, telemetry, plugin, listen } = registersLate(t);
  await listen(payload(), idle);
  library.pluginManager.register(plugin);
  await listen(payload(), { eventModules: { a: runs(library, async () => 1) } });
  const { invocations, jobs } = telemetry.all();
  assert.deepEqual([invocations.length, jobs[0].status], [1, 'completed']);
});

test('a plugin that is registered in the midst of an invocation records the rest of it', async (t) => {
  const { library, telemetry, plugin, listen } = registersLate(t);
  async function first() {
    library.pluginManager.register(plugin);
    return 'one';
  }
  await listen(payload(), { eventModules: { a: runs(library, first) } });
  const { invocations, events, jobs } = telemetry.all();
  assert.deepEqual([invocations[0].status, events[0].status], ['completed', 'completed']);
  assert.deepEqual(
    [jobs[0].job_name, jobs[0].status, jobs[0].result],
    ['first', 'completed', '"one"'],
  );
});

test('hooks that come before the plugin is ready, and a second initialize(), lose nothing', async (t) => {
  const { listen, plugin, telemetry } = observed(t);
  const event = payload();
  await plugin.onInvocationStart(event, {});
  await Promise.all([listen(payload(), idle), listen(payload(), idle)]);
  await plugin.onInvocationEnd(event, { events: [] }, 1);
  assert.deepEqual(
    telemetry.all().invocations.map((row) => row.status),
    Array(3).fill('completed'),
  );
});

test('after a shutdown the next invocation is recorded', async (t) => {
  const { listen, library, plugin, telemetry } = observed(t);
  for (let i = 0; i < 3; i++) {
    await listen(payload(), idle);
    await library.pluginManager.shutdown();
    if (i === 1) plugin.close();
  }
  assert.deepEqual(
    telemetry.all().invocations.map((row) => row.status),
    Array(3).fill('completed'),
  );
});

test('an invocation without event modules ends with the shutdown that follows it', async (t) => {
  const { listen, telemetry } = observed(t);
  const found = payload();
  await listen(found, { eventModules: {} });
  await listen(payload(), idle); // and the library works on
  assert.deepEqual(
    telemetry.all().invocations.map((row) => row.status),
    ['completed', 'completed'],
  );
  assert.equal(telemetry.row('invocations', found.__invocationId).status, 'completed');
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
  const { plugin, telemetry } = observed(t);
  const event = Object.freeze(payload());
  await plugin.onInvocationStart(event, {});
  await plugin.onEventHandlerStart('a', event);
  await plugin.onJobStart('cold', Object.freeze({ to: 'a' }), 'a', event);
  await plugin.onJobEnd('cold', { name: 'cold', completed: true, result: 'done' }, 'a', event, 1);
  assert.deepEqual(
    telemetry.all().jobs.map((row) => [row.job_name, row.result]),
    [['cold', '"done"']],
  );
});

test('hooks that never come are made up for by the result', async (t) => {
  const { listen, library, plugin, telemetry } = observed(t);
  plugin.onJobEnd = async () => {};
  async function mail(event, hasuraEvent, { to }) {
    if (to === 'nobody') throw new Error('nobody there');
    return to;
  }
  const handler = runs(
    library,
    [mail, { to: 'a', jobName: 'first' }],
    [mail, { to: 'nobody', jobName: 'second' }],
    [mail, { to: 'b' }],
  );
  await listen(payload(), { eventModules: { x: handler } });
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
  await listen(payload(), { eventModules: { y: handler } });
  assert.equal(
    telemetry.rows("SELECT status FROM event_executions WHERE event_name = 'y'")[0].status,
    'failed',
  );
});

test('no hook ever rejects or throws, whatever it is given', async (t) => {
  const { library, plugin } = observed(t);
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
  for (const hook of hooksOf(library)) {
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
