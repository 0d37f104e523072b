'use strict';
// The quick start as its users have it in front of them: handler.js is its step 3, the environment
// its step 4.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { withObservability } = require('..');
const { freshLibrary, modules } = require('./support/detector');
const { payload, runs } = require('./support/observed');
const { Postgres } = require('./support/postgres');
const { project, run } = require('./support/project');
const { Store } = require('./support/store');

function assertRecorded(telemetry) {
  const { invocations, events, jobs, logs } = telemetry.all();
  assert.deepEqual(
    invocations.map((row) => [row.source_function, row.status, row.total_jobs_succeeded]),
    [['event-detector-moves', 'completed', 1]],
  );
  assert.deepEqual(JSON.parse(invocations[0].source_event_payload), payload('order_created'));
  assert.deepEqual(
    events.map((row) => [row.event_name, row.status]),
    [['order.created', 'completed']],
  );
  const to = payload('order_created').event.data.new.customer_email;
  assert.deepEqual(JSON.parse(jobs[0].result), { to });
  assert.equal(JSON.parse(jobs[0].job_options).to, to);
  assert.match(logs[0].message, /^receipt for /);
}

test('steps 3 and 4 run as written, and the rows arrive at the central database', async (t) => {
  const postgres = await Postgres.start(t);
  const environment = { OBSERVABILITY_ENABLED: 'true', OBSERVABILITY_DB_URL: postgres.url };
  const hosts = {
    'without a changed line': ['--require', 'event-detector-observability/register', 'netlify.js'],
    'as an ES module': ['handler.mjs'],
    'as an ES module without a changed line': [
      '--import',
      'event-detector-observability/register',
      'unchanged.mjs',
    ],
  };
  for (const [name, args] of Object.entries(hosts)) {
    await t.test(name, (step) => {
      const { root, telemetry } = project(step);
      const output = run(root, args, environment);
      assert.match(output, /^receipt for .*\n[^]*^\{"statusCode":200/m);
      assertRecorded(telemetry);
      postgres.ship(telemetry.path);
      postgres.has(telemetry.path);
    });
  }
  assert.equal(postgres.count("job_logs WHERE message LIKE 'receipt for %'"), 3);
});

test('switched off in the environment, it records nothing', (t) => {
  const { root } = project(t);
  run(root, ['--require', 'event-detector-observability/register', 'netlify.js'], {
    OBSERVABILITY_ENABLED: 'false',
  });
  assert.equal(fs.existsSync(path.join(root, 'telemetry.db')), false);
});

test('the plugin’s class stands on the library of the host, of either build', (t) => {
  const { root } = project(t);
  const check = `
    const plugin = new ObservabilityPlugin({ store: 'class.db' });
    pluginManager.register(plugin);
    process.stdout.write(String(plugin instanceof BasePlugin));`;
  const names = '{ BasePlugin, pluginManager }';
  fs.writeFileSync(
    path.join(root, 'class.cjs'),
    `const ${names} = require('@hopdrive/hasura-event-detector');
     const { ObservabilityPlugin } = require('event-detector-observability');${check}`,
  );
  fs.writeFileSync(
    path.join(root, 'class.mjs'),
    `import ${names} from '@hopdrive/hasura-event-detector';
     import { ObservabilityPlugin } from 'event-detector-observability';${check}`,
  );
  for (const file of ['class.cjs', 'class.mjs']) {
    assert.equal(run(root, [file]), 'true');
  }
});

test('one plugin for each configuration, which records its own invocations only', async (t) => {
  const library = freshLibrary();
  const { listenTo, run: same } = withObservability(library);
  assert.equal(same, library.run);
  const [one, other] = [new Store(t), new Store(t)];
  const options = modules({ a: runs(library, async () => 1) });
  const listen = (observability) => listenTo(payload(), { ...options, observability });
  await Promise.all([
    listen({ store: one.path }),
    listen({ store: one.path }),
    listen({ store: other.path }),
    listen({ store: one.path, enabled: false }),
    listen(undefined),
  ]);
  const plugins = library.pluginManager.getEnabledPlugins();
  t.after(() => plugins.forEach((plugin) => plugin.close()));
  assert.equal(plugins.length, 2);
  assert.deepEqual(
    [one, other].map((telemetry) => telemetry.all().jobs.length),
    [2, 1],
  );
});

test('a configuration that makes no sense does not cost the event', async (t) => {
  t.mock.method(process, 'emitWarning', () => {});
  const library = freshLibrary();
  const { listenTo } = withObservability(library);
  const options = modules({ a: runs(library, async () => 'done') });
  process.env.OBSERVABILITY_STORE = new Store(t).path; // for those that name none
  t.after(() => delete process.env.OBSERVABILITY_STORE);
  const circular = { limit: 1n };
  circular.self = circular;
  const refusing = {
    get store() {
      throw new Error('no');
    },
  };
  for (const observability of [circular, refusing, 7, 'on', [], { unknown: true }]) {
    const { events } = await listenTo(payload(), { ...options, observability });
    assert.equal(events[0].jobs[0].result, 'done');
  }
});

test('a library that is none is refused at once', () => {
  assert.throws(() => withObservability({ listenTo() {} }), /exports no BasePlugin/);
});

test('preloaded before a library that is none, it warns and the host starts', (t) => {
  const { root } = project(t);
  const library = path.join(root, 'node_modules', '@hopdrive', 'hasura-event-detector');
  fs.rmSync(library, { recursive: true });
  fs.mkdirSync(library);
  for (const exported of ['{ listenTo: () => "old" }', '"no object"']) {
    fs.writeFileSync(path.join(library, 'index.js'), `module.exports = ${exported};`);
    const host = `
      process.on('warning', ({ message }) => process.stdout.write(message));
      const library = require('@hopdrive/hasura-event-detector');
      process.stdout.write(library.listenTo?.() ?? library);`;
    const args = ['--no-warnings', '--require', 'event-detector-observability/register', '-e', host];
    assert.match(run(root, args), /^(old|no object)withObservability: the library exports no BasePlugin/);
  }
});
