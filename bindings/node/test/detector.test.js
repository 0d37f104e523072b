'use strict';
// What was measured on the real detector library and is easily got wrong. EDO_DETECTOR runs these on
// the real one.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { buildToken, createPlugin, withObservability } = require('..');
const { callersFolder } = require('../lib/callers_folder');
const { freshLibrary, modules } = require('./support/detector');
const { gate, listener, observed, payload, quiet, runs } = require('./support/observed');
const { project, run } = require('./support/project');
const { Store } = require('./support/store');

const chain = '0b9e3c1a-5f2d-4e8b-9a6c-7d1f2e3a4b5c';
const cause = '7c2d1e0f-3a4b-4c5d-8e6f-9a0b1c2d3e4f';
const idle = { eventModules: { idle: { detector: () => false } } };
const turn = () => new Promise(setImmediate);

function closing(t, ...plugins) {
  t.after(() => plugins.forEach((plugin) => plugin.close()));
}

test('two configurations in one process have a plugin each, in whatever order they come', async (t) => {
  const library = freshLibrary();
  const { listenTo } = withObservability(library);
  const stores = { A: new Store(t), B: new Store(t) };
  for (const name of ['A', 'B', 'A', 'A', 'B']) {
    const observability = { store: stores[name].path, onError() {} };
    await listenTo(payload(), { ...modules(idle.eventModules), observability });
  }
  closing(t, ...library.pluginManager.getEnabledPlugins());
  assert.deepEqual([stores.A, stores.B].map((store) => store.count('invocations')), [3, 2]);
});

// A plugin of the name that the library's own has.
function ownPlugin({ BasePlugin }) {
  class ObservabilityPlugin extends BasePlugin {
    heard = [];
    async onInvocationStart({ __correlationId: id }) {
      this.heard.push(id);
    }
    async onInvocationEnd({ __correlationId: id }) {
      this.heard.push(id);
    }
  }
  return new ObservabilityPlugin();
}

for (const isFirst of [true, false]) {
  test(`the library’s own plugin works beside ours, registered ${isFirst ? 'before' : 'after'} it`, async (t) => {
    const library = freshLibrary();
    const telemetry = new Store(t);
    const own = ownPlugin(library);
    const ours = createPlugin(library.BasePlugin, { store: telemetry.path, onError() {} });
    closing(t, ours);
    const inOrder = isFirst ? [own, ours] : [ours, own];
    for (const plugin of inOrder) library.pluginManager.register(plugin);
    const event = payload();
    event.event.data.new.updated_by = buildToken('orders', chain, cause);
    await listener(library)(event, idle);
    assert.equal(own.heard.length, 2);
    assert.equal(own.heard[0], own.heard[1]); // which it finds its rows by
    assert.equal(telemetry.all().invocations[0].correlation_id, chain);
  });
}

test('a detector that throws has failed, and one that logs an error has not', async (t) => {
  const { listen, library, telemetry } = observed(t);
  const logging = (log) => (event, hasuraEvent) => {
    log(library.getEventLogger(event, hasuraEvent));
    return false;
  };
  const throwing = (thrown) => ({
    detector: async () => {
      throw thrown;
    },
  });
  await listen(payload(), {
    eventModules: {
      throws: throwing(new TypeError('no such column')),
      'throws nothing': throwing(new Error('')),
      'of a class': { detector: logging(({ log }) => log('Error detecting events', 'no row')) },
      logs: { detector: logging(({ logError }) => logError('odd row', new Error('odd'))) },
      quotes: { detector: logging(({ log }) => log('saw Error detecting event')) },
      'says no': { detector: () => false },
    },
  });
  const rows = telemetry.rows('SELECT event_name, status, detection_error FROM event_executions');
  const told = Object.fromEntries(
    rows.map((row) => [row.event_name, [row.status, row.detection_error]]),
  );
  const no = ['not_detected', null];
  assert.deepEqual(told, {
    throws: ['detection_failed', 'no such column'],
    'throws nothing': ['detection_failed', 'the detector threw an error without a message'],
    'of a class': ['detection_failed', 'no row'],
    logs: no,
    quotes: no,
    'says no': no,
  });
});

// A job that logs on all levels, and what must become of it.
async function logs(library) {
  return async function mail(event, hasuraEvent, options) {
    const { log, logWarn, logError } = library.getJobLogger(hasuraEvent, options);
    console.log('[mail] printed');
    log('sending');
    logWarn('slow', { ms: 900, password: 'hunter2' });
    logError('lost', new Error('no route'));
    logError('without one');
    console.error('[mail] printed too');
    console.error(new Error('printed').stack);
    await turn(); // the interceptor tells later
    await turn();
  };
}
const kLogged = [
  ['info', '[mail] printed', null],
  ['info', '[mail] sending', null],
  ['warn', '[mail] slow {"ms":900,"password":"[redacted]"}', { args: [{ ms: 900, password: '[redacted]' }] }],
  ['error', '[mail] lost: no route', { error: { name: 'Error', message: 'no route' } }],
  ['error', '[mail] without one', null],
  ['error', '[mail] printed too', null],
];

for (const logToConsole of [true, false]) {
  for (const isIntercepted of [true, false]) {
    const how = `${logToConsole ? '' : 'not '}printed, ${isIntercepted ? '' : 'not '}intercepted`;
    test(`lines of the library’s loggers are the job’s, once (${how})`, async (t) => {
      quiet(t);
      const library = freshLibrary();
      const telemetry = new Store(t);
      const plugin = createPlugin(library.BasePlugin, { store: telemetry.path, onError() {} });
      closing(t, plugin);
      if (isIntercepted) library.pluginManager.register(new library.ConsoleInterceptorPlugin());
      library.pluginManager.register(plugin);
      const eventModules = { a: runs(library, await logs(library)) };
      await listener(library)(payload(), { eventModules, logToConsole });
      const rows = telemetry.all().logs;
      const stack = rows.pop();
      assert.match(stack.message, /^Error: printed\n +at /);
      assert.equal(rows.length, kLogged.length);
      rows.forEach(({ level, message, data }, i) => {
        const details = JSON.parse(data);
        if (details?.error) {
          assert.match(details.error.stack, /^Error: no route\n +at mail/);
          delete details.error.stack;
        }
        assert.deepEqual([level, message, details], kLogged[i]);
      });
    });
  }
}

test('a line that waits for the library’s word is kept if the process ends at once', async (t) => {
  const { root, telemetry } = project(t);
  fs.writeFileSync(
    path.join(root, 'exits.js'),
    `const library = require('@hopdrive/hasura-event-detector');
     const { listenTo } = require('event-detector-observability').withObservability(library);
     async function mail() {
       console.log('[mail] last words');
       process.exit(0);
     }
     const payload = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
     const handler = (event, hasuraEvent) => library.run(event, hasuraEvent, [library.job(mail)]);
     listenTo(payload, {
       loadModulesFromIndex: true,
       eventModules: [{ name: 'a', detector: () => true, handler }],
       observability: { store: 'telemetry.db' },
     });`,
  );
  run(root, ['exits.js']);
  assert.deepEqual(
    telemetry.all().logs.map((row) => row.message),
    ['[mail] last words'],
  );
});

test('lines of jobs that run longer than another are kept beside the interceptor', async (t) => {
  quiet(t);
  const library = freshLibrary();
  const telemetry = new Store(t);
  const plugin = createPlugin(library.BasePlugin, { store: telemetry.path, onError() {} });
  closing(t, plugin);
  library.pluginManager.register(new library.ConsoleInterceptorPlugin());
  library.pluginManager.register(plugin);
  const { log } = console;
  const first = gate();
  const short = async () => setImmediate(() => setImmediate(first.open));
  const long = async (event, hasuraEvent, { jobExecutionId }) => {
    await first.opened; // and the interceptor has put console back
    for (let i = 0; i < 3; i++) console.log(`${jobExecutionId} ${i}`);
  };
  const eventModules = { a: runs(library, short, long, long), b: runs(library, long) };
  await listener(library)(payload(), { eventModules });
  const lines = telemetry.all().logs;
  assert.equal(lines.length, 9);
  for (const line of lines) assert.ok(line.message.startsWith(line.job_execution_id));
  assert.equal(console.log, log);
});

test('ids are found in all places where the library’s own plugin looks, in its order', async (t) => {
  const token = buildToken('orders', chain, cause);
  const row = (columns) => (event) => Object.assign(event.event.data.new, columns);
  const session = (name) => (event) => (event.event.session_variables[name] = `in ${name}`);
  // Each before the ones below it.
  const places = [
    ['updatedby, a token', row({ updatedby: token }), chain],
    ['updated_by, a token', row({ updated_by: token.replace(chain, cause) }), cause],
    ['the configured column', row({ batch: 'in batch' }), 'in batch'],
    ['a column', row({ correlation_id: 'in a column' }), 'in a column'],
    ['metadata', row({ metadata: { correlation_id: 'in metadata' } }), 'in metadata'],
    ['data', row({ data: { correlation_id: 'in data' } }), 'in data'],
    ['properties', row({ properties: { correlation_id: 'in properties' } }), 'in properties'],
    ['attributes', row({ attributes: { correlation_id: 'in attributes' } }), 'in attributes'],
    ['the next key, a column', row({ trace_id: 'in trace_id' }), 'in trace_id'],
    ['request_id', row({ request_id: 'in request_id' }), 'in request_id'],
    ['workflow_id', row({ workflow_id: 'in workflow_id' }), 'in workflow_id'],
    ['x-correlation-id', session('x-correlation-id'), 'in x-correlation-id'],
    ['x-request-id', session('x-request-id'), 'in x-request-id'],
    ['x-trace-id', session('x-trace-id'), 'in x-trace-id'],
  ];
  const { listen, telemetry } = observed(t, { correlationIdField: 'batch' });
  const expected = [];
  for (let i = 0; i < places.length; i++) {
    const event = { ...payload(), id: `from ${i}` };
    for (const [, put] of places.slice(i).reverse()) put(event);
    await listen(event, idle);
    expected.push(places[i][2]);
  }
  for (const column of ['updated_by', 'updatedby']) {
    const event = payload();
    event.event.data.new[column] = chain.toUpperCase(); // no token, but the id alone
    await listen(event, idle);
    expected.push(chain);
  }
  assert.deepEqual(
    telemetry.rows('SELECT correlation_id FROM invocations ORDER BY rowid').map((one) => one.correlation_id),
    expected,
  );
});

test('options of the library’s own plugin switch nothing off, and are named once', async (t) => {
  const { listen, library, telemetry, errors } = observed(t, {
    transport: 'graphql',
    graphql: { endpoint: 'http://127.0.0.1:1', headers: { 'x-hasura-admin-secret': 'hunter2' } },
    console: { enabled: false, port: 3001 },
    database: {
      host: '127.0.0.1',
      port: '5432',
      password: 'hunter2',
      pool: { max: 5 },
      ssl: { rejectUnauthorized: false, ca: 'hunter2' },
    },
    replicate: 'off',
  });
  await listen(payload(), { eventModules: { a: runs(library, async () => 1) } });
  await listen(payload(), idle);
  assert.equal(telemetry.count('invocations'), 2);
  assert.deepEqual(
    errors.map(({ kind, message }) => [kind, message.replace(/.*: /, '')]),
    [['invalid_argument', 'transport, graphql, console, database.pool, database.ssl.ca']],
  );
  assert.doesNotMatch(JSON.stringify(library.pluginManager.getStatus()), /hunter2/);
});

test('an invocation id that comes again is a second attempt, with a row of its own', async (t) => {
  const { listen, library, telemetry, errors } = observed(t);
  const ids = [];
  for (const attempt of [1, 2]) {
    const event = payload();
    await listen(event, {
      invocationId: chain,
      eventModules: { a: runs(library, async () => attempt) },
    });
    ids.push(event.__invocationId);
  }
  await turn();
  const rows = telemetry.rows(`
    SELECT i.id, i.status, source_event_id, result
    FROM invocations i JOIN job_executions j ON j.invocation_id = i.id ORDER BY i.rowid`);
  const { id: source } = payload();
  assert.notEqual(ids[1], chain); // the host is told the id that the row has
  assert.deepEqual(
    rows.map((row) => [row.id, row.status, row.source_event_id, row.result]),
    [
      [chain, 'completed', source, '1'],
      [ids[1], 'completed', source, '2'],
    ],
  );
  assert.match(errors[0].message, new RegExp(chain));
});

// A host that leaves the folder of its event modules to the library, which then looks beside the file
// that calls it. It runs in another folder, and prints which events were detected.
const kWays = {
  awaits: 'async (payload, options) => await listenTo(payload, options)',
  returns: 'async (payload, options) => listenTo(payload, options)',
  chains: '(payload, options) => Promise.resolve().then(() => listenTo(payload, options))',
};
const kPrint = `
  const text = require('node:fs').readFileSync(0, 'utf8');
  const listen = WAY;
  const rest = async () => {
    const found = [];
    for (let i = 0; i < 2; i++) {
      const result = await listen(JSON.parse(text), { logToConsole: false, OPTIONS });
      found.push(result.events.filter((event) => event.detected).map((event) => event.name));
    }
    process.stdout.write('found ' + JSON.stringify(found));
  };
  rest();`;
const kLibrary = '@hopdrive/hasura-event-detector';
const kHosts = {
  'host.js, wrapped': [
    `const { listenTo } = require('event-detector-observability').withObservability(require('${kLibrary}'));`,
  ],
  'host.js, registered': [
    `const { listenTo } = require('${kLibrary}');`,
    '--require',
    'event-detector-observability/register',
  ],
  'host.mjs, registered': [
    `import { listenTo } from '${kLibrary}';
     import { createRequire } from 'node:module';
     const require = createRequire(import.meta.url);`,
    '--import',
    'event-detector-observability/register',
  ],
};

for (const [host, [beginning, ...args]] of Object.entries(kHosts)) {
  test(`event modules beside the caller are found, with telemetry and without (${host})`, (t) => {
    for (const enabled of [true, false]) {
      for (const [way, code] of Object.entries(kWays)) {
        // A folder that is named is the library's to understand: it looks below the working directory.
        const folders = { '': 'order.created', "eventModulesDirectory: './events',": '' };
        for (const [folder, found] of Object.entries(folders)) {
          const { root } = project(t);
          const file = path.join(root, 'functions', host.split(',')[0]);
          fs.mkdirSync(path.dirname(file));
          fs.renameSync(path.join(root, 'events'), path.join(root, 'functions', 'events'));
          const options = `${folder} observability: { enabled: ${enabled}, store: 'telemetry.db' }`;
          fs.writeFileSync(
            file,
            beginning + kPrint.replace('WAY', code).replace('OPTIONS', options),
          );
          const output = run(root, [...args, file]);
          const what = `${way}, enabled: ${enabled}, ${folder}`;
          const events = found ? [found] : [];
          assert.ok(output.endsWith(`found ${JSON.stringify([events, events])}`), `${what}: ${output}`);
          assert.equal(fs.existsSync(path.join(root, 'telemetry.db')), enabled, what);
        }
      }
    }
  });
}

test('the observed library is still an ES module for those who ask', () => {
  const library = { BasePlugin: class {}, pluginManager: {}, listenTo() {}, other: 1 };
  Object.defineProperty(library, '__esModule', { value: true });
  const observed = withObservability(library);
  assert.equal(observed.__esModule, true);
  assert.equal(observed.other, 1);
  assert.notEqual(observed.listenTo, library.listenTo);
});

test('without telemetry the library gets what the host has given, and the host what it answers', () => {
  const library = freshLibrary();
  const answer = Promise.resolve({ events: [] });
  const given = [];
  const { listenTo } = withObservability({
    ...library,
    listenTo: (...args) => (given.push(args), answer),
  });
  const event = payload();
  const options = { eventModulesDirectory: __dirname, observability: { enabled: false } };
  assert.equal(listenTo(event, options), answer);
  assert.equal(given[0][0], event);
  assert.equal(given[0][1], options);
  process.env.OBSERVABILITY_ENABLED = 'false';
  const others = { eventModulesDirectory: __dirname, observability: {} };
  assert.equal(listenTo(event, others), answer);
  assert.equal(given[1][1], others);
  delete process.env.OBSERVABILITY_ENABLED;
  const plugin = createPlugin(library.BasePlugin, {});
  assert.equal(plugin.onPreConfigure, undefined); // one alone would move the folder
});

test('options that the library refuses are refused by the library, in the same way', async () => {
  const library = freshLibrary();
  const { listenTo } = withObservability(library);
  const odd = [null, 7, { eventModulesDirectory: 7 }, { get observability() { throw new Error('odd'); } }];
  for (const options of odd) {
    const answers = await Promise.allSettled([library.listenTo(payload(), options), listenTo(payload(), options)]);
    assert.equal(answers[1].status, answers[0].status);
    assert.equal(String(answers[1].reason), String(answers[0].reason));
  }
});

test('the caller’s folder is that of the original where netlify dev runs a copy', (t) => {
  const { root } = project(t);
  const copy = path.join(root, '.netlify', 'functions-serve', 'orders', 'functions', 'orders', 'src');
  fs.mkdirSync(copy, { recursive: true });
  fs.writeFileSync(path.join(copy, 'index.js'), 'module.exports = (call) => call();');
  const folder = () => callersFolder(folder);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  t.after(() => (Error.stackTraceLimit = stackTraceLimit));
  assert.equal(require(copy)(folder), path.join(root, 'functions', 'orders', 'src'));
  assert.equal(Error.stackTraceLimit, 0);
});
