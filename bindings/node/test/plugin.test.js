'use strict';
// The hook protocol of the detector library, and what becomes of it in the store.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { buildToken, createPlugin } = require('..');
const { freshLibrary } = require('./support/detector');
const { observed, payload, runs, gate, quiet } = require('./support/observed');
const { Store } = require('./support/store');

const kUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const chain = '0b9e3c1a-5f2d-4e8b-9a6c-7d1f2e3a4b5c';
const cause = '7c2d1e0f-3a4b-4c5d-8e6f-9a0b1c2d3e4f';

test('an invocation with its events, jobs and lines is in the store', async (t) => {
  const printed = quiet(t);
  const { listen, library, telemetry, errors } = observed(t);
  const seen = {};
  async function sendMail(event, hasuraEvent, options) {
    seen.jobExecutionId = options.jobExecutionId;
    console.log('sending to', options.to);
    return { sent: true };
  }
  async function charge() {
    console.error('declined', { code: 51 });
    throw new Error('declined', { cause: new Error('no money') });
  }
  const event = payload('order_created');
  await listen(event, {
    sourceFunction: 'orders',
    context: { functionName: 'not this one', requestId: 'r1' },
    eventModules: {
      'order.created': runs(library, [sendMail, { to: 'a@example.com' }], charge),
      'order.paid': { detector: () => false },
    },
  });

  const { invocations, events, jobs, logs } = telemetry.all();
  const [invocation] = invocations;
  assert.equal(invocations.length, 1);
  assert.equal(event.__invocationId, invocation.id);
  assert.deepEqual(JSON.parse(invocation.source_event_payload), payload('order_created'));
  assert.deepEqual(JSON.parse(invocation.context_data), {
    functionName: 'not this one',
    requestId: 'r1',
  });
  const expected = {
    source_function: 'orders',
    source_table: 'public.orders',
    source_operation: 'INSERT',
    source_system: 'hasura',
    source_event_id: event.id,
    source_job_id: null,
    status: 'failed',
    correlation_id: event.__correlationId,
    source_user_role: event.event.session_variables['x-hasura-role'],
    events_detected_count: 1,
    total_jobs_run: 2,
    total_jobs_succeeded: 1,
    total_jobs_failed: 1,
  };
  for (const [column, value] of Object.entries(expected))
    assert.equal(invocation[column], value, column);
  assert.ok(invocation.source_event_time.endsWith('Z') && invocation.total_duration_ms >= 0);

  assert.deepEqual(
    events.map((row) => [row.event_name, row.status, row.detected, row.jobs_count]),
    [
      ['order.created', 'failed', 1, 2],
      ['order.paid', 'not_detected', 0, 0],
    ],
  );
  const [failed, sent] = jobs;
  assert.deepEqual(
    [failed.job_name, failed.status, failed.error_message],
    ['charge', 'failed', 'declined'],
  );
  assert.match(failed.error_stack, /^Error: declined\n[^]*\nCaused by: Error: no money\n/);
  assert.deepEqual(
    [sent.status, sent.result, JSON.parse(sent.job_options).to],
    ['completed', '{"sent":true}', 'a@example.com'],
  );
  assert.equal(sent.job_function_name, 'sendMail');
  assert.equal(seen.jobExecutionId, sent.id);
  assert.deepEqual(
    logs.map((row) => [row.job_execution_id, row.level, row.message, row.data]).sort(),
    [
      [failed.id, 'error', 'declined { code: 51 }', '{"code":51}'],
      [sent.id, 'info', 'sending to a@example.com', null],
    ].sort(),
  );
  assert.deepEqual(errors, []);
  assert.ok(!printed.some(([, line]) => /hook .* failed/.test(line)));
});

const idle = { eventModules: { idle: { detector: () => false } } };

test('the name of the source comes from the first place that has one', async (t) => {
  const { listen, telemetry } = observed(t);
  await listen(payload(), { ...idle, sourceFunction: 'given', context: { functionName: 'context' } });
  await listen(payload(), { ...idle, context: { functionName: 'context' } });
  await listen(payload(), idle);
  await listen({ ...payload(), trigger: null }, idle);
  assert.deepEqual(
    telemetry.all().invocations.map((row) => row.source_function),
    ['given', 'context', payload().trigger.name, 'unknown'],
  );
});

test('a job has the name that it was given, and its function the one that it has', async (t) => {
  const { listen, library, telemetry } = observed(t);
  async function send() {}
  await listen(payload(), {
    eventModules: { a: runs(library, [send, { jobName: 'receipt' }], send) },
  });
  assert.deepEqual(
    telemetry.all().jobs.map((row) => [row.job_name, row.job_function_name]),
    [
      ['receipt', 'send'],
      ['send', 'send'],
    ],
  );
});

test('a tracking token ties an invocation to the job that caused it', async (t) => {
  const { listen, telemetry } = observed(t);
  const caused = payload('order_paid');
  caused.event.data.new.updated_by = buildToken('orders', chain, cause);
  await listen(caused, idle);
  assert.equal(caused.__correlationId, chain); // jobs put it into what they write
  assert.equal(caused.__sourceJobId, cause);

  await listen(payload(), { ...idle, sourceTrackingToken: `x|${chain}|${cause}` });
  const given = payload();
  given.__sourceJobId = cause; // by another plugin
  await listen(given, { ...idle, correlationId: chain });
  for (const row of telemetry.all().invocations) {
    assert.deepEqual([row.correlation_id, row.source_job_id], [chain, cause]);
  }
});

test('correlation ids of other places, of which the library’s own comes last', async (t) => {
  const { listen, telemetry } = observed(t, { correlationIdField: 'batch' });
  const idOf = async (change, options) => {
    const event = payload();
    change(event.event);
    await listen(event, { ...idle, ...options });
    return event.__correlationId;
  };
  const other = 'f3b7a1de-90c4-4f5e-8d21-6a7b8c9d0e1f';
  await idOf((event) => (event.data.new.updated_by = `x|${chain}`), { correlationId: other });
  await idOf((event) => (event.data.new.batch = chain));
  await idOf((event) => (event.data.new.metadata = { request_id: 'order-7' }));
  await idOf((event) => (event.session_variables['x-request-id'] = chain));
  const made = await idOf(() => {});
  assert.deepEqual(
    telemetry.all().invocations.map((row) => row.correlation_id),
    [other, chain, 'order-7', chain, made],
  );
});

test('a given invocation id is used, unless it is not a UUID', async (t) => {
  const { listen, telemetry, errors } = observed(t);
  await listen(payload(), { ...idle, invocationId: chain });
  await listen(payload(), { ...idle, invocationId: 'mine' });
  const [first, second] = telemetry.all().invocations;
  assert.equal(first.id, chain);
  assert.match(second.id, kUuid);
  await new Promise(setImmediate);
  assert.match(String(errors[0]?.message), /mine/);
});

test('a handler that throws fails its own event only', async (t) => {
  const { listen, telemetry } = observed(t);
  const both = gate();
  const handler = (name) => async () => {
    if (name === 'b') both.open();
    await both.opened; // so that all handlers are under way
    throw new Error(`handler ${name}`);
  };
  await listen(payload(), {
    eventModules: {
      a: { detector: () => true, handler: handler('a') },
      b: { detector: () => true, handler: handler('b') },
      c: { detector: () => true, handler: async () => both.opened },
      d: {
        detector: () => {
          throw new Error('detector d');
        },
      },
    },
  });
  const { invocations, events } = telemetry.all();
  assert.deepEqual(
    events.map((row) => [row.event_name, row.status, row.handler_error, row.detection_error]),
    [
      ['a', 'handler_failed', 'handler a', null],
      ['b', 'handler_failed', 'handler b', null],
      ['c', 'completed', null, null],
      ['d', 'detection_failed', null, 'detector d'],
    ],
  );
  assert.equal(invocations[0].status, 'failed');
});

test('lines that another plugin tells are the job’s', async (t) => {
  quiet(t);
  const { listen, library, telemetry } = observed(t);
  async function mail() {
    await library.pluginManager.callOnLog('fatal', 'no relay', { host: 'a' }, 'mail', '');
    await library.pluginManager.callOnLog('info', 'chatter', undefined, 'system', '');
  }
  await listen(payload(), { eventModules: { a: runs(library, mail) } });
  assert.deepEqual(
    telemetry.all().logs.map((row) => [row.level, row.message, row.data]),
    [['error', 'no relay', '{"host":"a"}']],
  );
});

test('wrong options disable the plugin loudly; a store that cannot be opened does not', async (t) => {
  const printed = quiet(t);
  const wrong = observed(t, { maxJsonSize: -1 });
  await wrong.listen(payload(), { eventModules: {} });
  assert.ok(printed.some(([level, line]) => level === 'error' && /maxJsonSize/.test(line)));
  assert.equal(wrong.plugin.enabled, false);

  const blocked = observed(t, { store: '/proc/nowhere/telemetry.db' });
  const result = await blocked.listen(payload(), {
    eventModules: { a: runs(blocked.library, async () => 'done') },
  });
  assert.equal(result.events[0].jobs[0].result, 'done');
  assert.equal(blocked.plugin.enabled, true);
  assert.match(blocked.errors[0].message, /nowhere/);
});

test('a plugin that is not enabled does nothing', async (t) => {
  const { listen, library, plugin, telemetry } = observed(t, { enabled: false });
  const event = payload();
  const { log } = console;
  await listen(event, {
    eventModules: { a: runs(library, async () => assert.equal(console.log, log)) },
  });
  assert.equal(plugin.enabled, false);
  assert.equal(event.__invocationId, undefined);
  assert.equal(require('node:fs').existsSync(telemetry.path), false);
});

test('options keep from the store what must not be there', async (t) => {
  quiet(t);
  const { listen, library, telemetry } = observed(t, {
    captureConsoleLog: false,
    captureJobOptions: false,
    captureHasuraPayload: false,
    captureErrorStacks: false,
    redact: ['token'],
  });
  async function failing() {
    console.log('unseen');
    throw new Error('expected');
  }
  const secret = async () => ({ token: 'secret', kept: 1 });
  await listen(payload(), {
    eventModules: { a: runs(library, [failing, { to: 'x' }], secret) },
  });
  const { invocations, jobs, logs } = telemetry.all();
  assert.equal(invocations[0].source_event_payload, null);
  assert.deepEqual(
    jobs.map((row) => [row.job_options, row.error_stack]),
    [
      [null, null],
      [null, null],
    ],
  );
  assert.equal(jobs[0].error_message, 'expected');
  assert.deepEqual(JSON.parse(jobs[1].result), { token: '[redacted]', kept: 1 });
  assert.equal(logs.length, 0);
});

test('the plugin’s own configuration is never shown', async (t) => {
  quiet(t);
  const database = { connectionString: 'postgresql://edo:secret@127.0.0.1:1/nowhere' };
  const { listen, library, plugin, telemetry } = observed(t, { database, replicate: 'off' });
  async function careless() {
    console.log({ plugin });
    return { plugin };
  }
  await listen(payload(), { eventModules: { a: runs(library, [careless, { plugin }]) } });
  const { jobs, logs } = telemetry.all();
  for (const text of [jobs[0].job_options, jobs[0].result, logs[0].message, logs[0].data]) {
    assert.match(text, /\[ObservabilityPlugin\]/);
    assert.doesNotMatch(text, /secret/);
  }
  const { name, enabled, config } = library.pluginManager.getStatus().plugins[plugin.name];
  assert.deepEqual([name, enabled, config.replicate], [plugin.name, true, 'off']);
  assert.doesNotMatch(JSON.stringify(config), /secret/);
});

test('values are as large as maxJsonSize allows, and what is cut is still a tree', async (t) => {
  const large = { list: Array.from({ length: 300_000 }, (_, i) => i), last: 'seen' };
  const stored = async (maxJsonSize) => {
    const { listen, library, telemetry } = observed(t, { maxJsonSize });
    await listen(payload(), { eventModules: { a: runs(library, async () => large) } });
    return JSON.parse(telemetry.all().jobs[0].result);
  };
  assert.deepEqual(await stored(8 << 20), large);
  const { list } = await stored(4096);
  assert.deepEqual(list.slice(0, 3), [0, 1, 2]);
  assert.match(list.at(-1), /^\[… \d+ more\]$/);
});

test('a manager takes the plugin only if it stands on its own BasePlugin', (t) => {
  const [one, other] = [freshLibrary(), freshLibrary()];
  const plugin = createPlugin(one.BasePlugin, { store: new Store(t).path });
  assert.equal(plugin.constructor, createPlugin(one.BasePlugin, {}).constructor);
  one.pluginManager.register(plugin);
  assert.throws(() => other.pluginManager.register(plugin), /must extend BasePlugin/);
});
