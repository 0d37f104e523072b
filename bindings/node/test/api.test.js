'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const test = require('node:test');
const { pathToFileURL } = require('node:url');

const { ObservabilityError, Recorder } = require('..');
const { library } = require('./support/host');
const { callsOfOne, record } = require('./support/sample');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function open(t, options) {
  const store = new Store(t);
  const errors = [];
  const recorder = new Recorder(store.path, { onError: (error) => errors.push(error), ...options });
  t.after(() => recorder.close());
  return { store, recorder, errors };
}

test('all fields of an invocation are in its row', (t) => {
  const { store, recorder } = open(t);
  const invocation = recorder.startInvocation({
    id: '01890A5D-AC96-774B-BCCE-B302099A8057',
    correlationId: 'chain-1',
    sourceFunction: 'event-detector-orders',
    sourceTable: 'public.orders',
    sourceOperation: 'INSERT',
    sourceSystem: 'shop',
    sourceJobId: '01890a5d-ac96-774b-bcce-b302099a8058',
    sourceEventId: 'event 7',
    sourceEventPayload: { new: { id: 7, name: 'Zoë' } },
    sourceEventTime: new Date('2026-03-01T10:00:00.250Z'),
    sourceUserEmail: 'a@example.com',
    sourceUserRole: 'clerk',
    autoLoadModules: true,
    eventModulesDirectory: '/srv/events',
    contextData: { region: 'eu' },
  });
  assert.equal(invocation.id, '01890a5d-ac96-774b-bcce-b302099a8057');
  assert.equal(invocation.correlationId, 'chain-1');
  invocation.complete({ durationMs: 12 });
  const row = store.row('invocations', invocation.id);
  assert.equal(row.correlation_id, 'chain-1');
  assert.equal(row.source_function, 'event-detector-orders');
  assert.equal(row.source_table, 'public.orders');
  assert.equal(row.source_operation, 'INSERT');
  assert.equal(row.source_system, 'shop');
  assert.equal(row.source_job_id, '01890a5d-ac96-774b-bcce-b302099a8058');
  assert.equal(row.source_event_id, 'event 7');
  assert.equal(row.source_event_payload, '{"new":{"id":7,"name":"Zoë"}}');
  assert.equal(row.source_event_time, '2026-03-01T10:00:00.250000Z');
  assert.equal(row.source_user_email, 'a@example.com');
  assert.equal(row.source_user_role, 'clerk');
  assert.equal(row.auto_load_modules, 1);
  assert.equal(row.event_modules_directory, '/srv/events');
  assert.equal(row.context_data, '{"region":"eu"}');
  assert.equal(row.total_duration_ms, 12);
  assert.equal(row.status, 'completed');
});

test('events, jobs and their lines', (t) => {
  const { store, recorder } = open(t);
  const invocation = recorder.startInvocation({ sourceFunction: 'f' });
  assert.match(invocation.id, uuid);
  assert.match(invocation.correlationId, uuid);

  const other = invocation.event('order.paid', { modulePath: '/srv/events/paid.js' });
  other.notDetected({ durationMs: 3 });
  const event = invocation.event('order.created');
  event.detected({ durationMs: 4 });
  const job = event.job('send', { functionName: 'sendReceipt', options: { to: 'a@example.com' } });
  assert.equal(job.correlationId, invocation.correlationId);
  for (const level of ['debug', 'info', 'log', 'warn', 'error']) job.log(level, `at ${level}`);
  job.log('info', 'with data', { data: { a: 1 }, source: 'send.js', lineNumber: 7 });
  job.complete({ sent: true }, { durationMs: 5 });
  const failing = event.job('charge');
  failing.fail(new TypeError('no card'));
  event.complete({ durationMs: 6 });
  invocation.complete();

  assert.equal(store.row('event_executions', other.id).status, 'not_detected');
  assert.equal(store.row('event_executions', other.id).event_module_path, '/srv/events/paid.js');
  const handled = store.row('event_executions', event.id);
  assert.equal(handled.status, 'failed');
  assert.equal(handled.detection_duration_ms, 4);
  assert.equal(handled.handler_duration_ms, 6);
  const sent = store.row('job_executions', job.id);
  assert.equal(sent.job_function_name, 'sendReceipt');
  assert.equal(sent.job_options, '{"to":"a@example.com"}');
  assert.equal(sent.result, '{"sent":true}');
  assert.equal(sent.duration_ms, 5);
  const charged = store.row('job_executions', failing.id);
  assert.equal(charged.status, 'failed');
  assert.equal(charged.error_message, 'no card');
  assert.match(charged.error_stack, /^TypeError: no card\n +at /);
  const lines = store.rows(
    `SELECT * FROM job_logs WHERE job_execution_id = '${job.id}' ORDER BY sequence`,
  );
  assert.deepEqual(
    lines.map((line) => line.level),
    ['debug', 'info', 'info', 'warn', 'error', 'info'],
  );
  assert.equal(lines[5].message, 'with data');
  assert.equal(lines[5].data, '{"a":1}');
  assert.equal(lines[5].source, 'send.js');
  assert.equal(lines[5].line_number, 7);
  const whole = store.row('invocations', invocation.id);
  assert.equal(whole.status, 'failed');
  assert.equal(whole.events_detected_count, 1);
  assert.equal(whole.total_jobs_run, 2);
  assert.equal(whole.total_jobs_failed, 1);
});

test('the other ends', (t) => {
  const { store, recorder } = open(t);
  const failed = recorder.startInvocation();
  failed.fail({ message: 'broken', stack: 'at f', durationMs: 1 });
  const late = recorder.startInvocation();
  const event = late.event('e');
  event.detected();
  const job = event.job('slow');
  late.timeOut();
  job.complete(); // after the time-out, and still counted
  const bad = late.event('bad');
  bad.detectionFailed({ message: 'no detector' });
  event.handlerFailed({ message: 'no handler' });

  assert.equal(store.row('invocations', failed.id).status, 'failed');
  assert.equal(store.row('invocations', failed.id).error_message, 'broken');
  assert.equal(store.row('invocations', failed.id).source_function, 'unknown');
  assert.equal(store.row('invocations', late.id).status, 'timeout');
  assert.equal(store.row('invocations', late.id).total_jobs_succeeded, 1);
  assert.equal(store.row('event_executions', bad.id).detection_error, 'no detector');
  assert.equal(store.row('event_executions', event.id).status, 'handler_failed');
});

test('every call is committed when it returns, and health counts it', (t) => {
  const { store, recorder } = open(t);
  const { job } = record(recorder);
  assert.equal(store.row('job_executions', job.id).status, 'completed');
  assert.equal(recorder.health().stored, callsOfOne);
  assert.equal(recorder.health().queued, 0);
  assert.equal(recorder.health().dropped, 0);
  assert.ok(recorder.health().walBytes > 0);
});

test('no argument makes a call throw', (t) => {
  const { store, recorder } = open(t);
  const hostile = {
    get message() {
      throw new Error('no');
    },
    get durationMs() {
      throw new Error('no');
    },
    toString() {
      throw new Error('no');
    },
  };
  const odd = [undefined, null, 0, NaN, 10n, 'x', Symbol('s'), () => 1, [], Object.create(null), hostile];
  for (const value of odd) {
    const invocation = recorder.startInvocation(value);
    const event = invocation.event(value, value);
    event.detected(value);
    const job = event.job(value, value);
    job.log(value, value, value);
    job.log('info', value, { data: value, source: value, lineNumber: value });
    job.complete(value, value);
    event.job('j').fail(value);
    event.complete(value);
    invocation.event('e').detectionFailed(value);
    invocation.event('e').handlerFailed(value);
    invocation.complete(value);
    recorder.startInvocation({ id: value, sourceEventPayload: value, autoLoadModules: value }).fail(value);
    recorder.startInvocation().timeOut(value);
  }
  assert.equal(store.count('invocations'), 3 * odd.length);
  assert.equal(recorder.health().dropped, 0);
});

test('texts keep what JavaScript can say, and what it cannot is repaired', (t) => {
  const { store, recorder } = open(t);
  const job = recorder.startInvocation().event('e').job('j');
  const texts = ['é€😀', 'x'.repeat(254), 'é'.repeat(127), '😀'.repeat(63), 'y'.repeat(100_000), ''];
  for (const text of texts) job.log('info', text);
  job.log('info', 'half \ud83d of a pair');
  job.log('info', '\ude00\ud83d\ude00\ud83d\0');
  const lines = store.rows('SELECT message FROM job_logs ORDER BY sequence').map((row) => row.message);
  assert.deepEqual(lines.slice(0, texts.length), texts);
  assert.deepEqual(lines.slice(texts.length), [
    'half \ufffd of a pair [edo: replaced 1 byte]',
    '\ufffd😀\ufffd\ufffd [edo: replaced 3 bytes]',
  ]);
});

test('onError is called on this thread, later; a handler that throws does no harm', async (t) => {
  const store = new Store(t);
  const told = [];
  const recorder = new Recorder(store.path, {
    onError(error) {
      told.push(error);
      throw new Error('from the handler');
    },
  });
  t.after(() => recorder.close());
  recorder.startInvocation({ id: 'no uuid' });
  recorder.startInvocation({ id: 'none either' });
  assert.equal(told.length, 0);
  await until(() => told.length === 2, 'two errors');
  assert.ok(told[0] instanceof ObservabilityError);
  assert.equal(told[0].kind, 'invalid_argument');
  assert.match(told[0].message, /no uuid/);
});

test('a closed recorder takes nothing more and tells so', async (t) => {
  const { store, recorder, errors } = open(t);
  const invocation = recorder.startInvocation();
  recorder.close();
  recorder.close();
  invocation.complete();
  const late = recorder.startInvocation();
  assert.match(late.id, uuid);
  assert.equal(store.row('invocations', invocation.id).status, 'crashed');
  assert.equal(store.count('invocations'), 1);
  await until(() => errors.length === 2, 'two errors');
  assert.equal(errors[0].kind, 'closed');
  assert.equal(errors[0].operation, 'finish an invocation in');
  assert.equal(errors[0].object, store.path);
  assert.deepEqual(await recorder.flush(), { finished: false });
  await recorder.committed();
});

test('import and require give the same classes', async () => {
  const module = await import(pathToFileURL(path.join(library, '..', 'index.mjs')));
  assert.equal(module.Recorder, Recorder);
  assert.equal(module.default.Recorder, Recorder);
});
