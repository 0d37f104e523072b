'use strict';
// Calls that are not quite what the declarations say: nothing given is lost, and what makes no sense
// is told.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { Recorder } = require('..');
const { runHost } = require('./support/host');
const { Store } = require('./support/store');

function opened(t) {
  const store = new Store(t);
  const errors = [];
  const recorder = new Recorder(store.path, { onError: (error) => errors.push(error) });
  t.after(() => recorder.close());
  const event = recorder.startInvocation().event('e');
  const told = async () => {
    await null;
    return errors.splice(0).map(({ kind, message }) => `${kind}: ${message}`);
  };
  return { store, recorder, event, told };
}

test('a failure may be text, an error, or name one, with its cause', async (t) => {
  const { store, event, told } = opened(t);
  const error = new Error('no route');
  const failures = {
    text: 'declined',
    error,
    named: { error, durationMs: 7 },
    'with words': { message: 'not sent', cause: error },
    'with both': { message: 'not sent', stack: 'at send', error },
    cause: { cause: error },
    number: 42,
    code: { code: 51 },
    nothing: undefined,
  };
  for (const [name, failure] of Object.entries(failures)) event.job(name).fail(failure);
  const rows = store.rows('SELECT * FROM job_executions ORDER BY rowid');
  const found = Object.fromEntries(rows.map((row) => [row.job_name, row]));
  assert.deepEqual(
    Object.fromEntries(rows.map((row) => [row.job_name, row.error_message])),
    {
      text: 'declined',
      error: 'no route',
      named: 'no route',
      'with words': 'not sent',
      'with both': 'not sent',
      cause: 'no route',
      number: '42',
      code: '{"code":51}',
      nothing: 'failed without a message',
    },
  );
  assert.equal(found.named.duration_ms, 7);
  for (const name of ['error', 'named', 'cause']) assert.equal(found[name].error_stack, error.stack);
  assert.equal(found['with words'].error_stack, `not sent\nCaused by: ${error.stack}`);
  assert.equal(found['with both'].error_stack, `at send\nCaused by: ${error.stack}`);
  assert.deepEqual(await told(), []);
});

test('events and invocations fail in the same words', async (t) => {
  const { store, recorder, told } = opened(t);
  const invocation = recorder.startInvocation();
  invocation.event('detector').detectionFailed('no column', { durationMs: 3 });
  invocation.event('handler').handlerFailed('thrown');
  invocation.fail('gave up');
  const events = store.rows(
    'SELECT detection_error, handler_error FROM event_executions WHERE event_name <> \'e\' ORDER BY event_name',
  );
  assert.deepEqual(events, [
    { detection_error: 'no column', handler_error: null },
    { detection_error: null, handler_error: 'thrown' },
  ]);
  assert.equal(store.row('invocations', invocation.id).error_message, 'gave up');
  assert.deepEqual(await told(), []);
});

test('a line may come without a level, and on levels of other loggers', async (t) => {
  const { store, event, told } = opened(t);
  const job = event.job('j');
  job.log('only text');
  job.log({ a: 1 });
  job.log('warning', 'w');
  job.log('FATAL', new Error('f'));
  job.log('trace', 't', { source: 'a.js', lineNumber: 7 });
  job.log('loud', 'l');
  const rows = store.rows('SELECT level, message, data, source FROM job_logs ORDER BY sequence');
  rows[3].message = rows[3].message.split('\n')[0];
  assert.deepEqual(
    rows.map(({ level, message, source }) => [level, message, source]),
    [
      ['info', 'only text', null],
      ['info', '{ a: 1 }', null],
      ['warn', 'w', null],
      ['error', 'Error: f', null],
      ['debug', 't', 'a.js'],
      ['info', 'l', null],
    ],
  );
  assert.equal(rows[1].data, '{"a":1}');
  assert.equal(JSON.parse(rows[3].data).message, 'f');
  assert.deepEqual(await told(), [
    'invalid_argument: log: unknown level loud; recorded the line with level info',
  ]);
});

test('an unknown field is reported, with the name that was meant', async (t) => {
  const { recorder, event, told } = opened(t);
  const invocation = recorder.startInvocation({ sourcefunction: 'orders', source_table: 't', size: 1 });
  invocation.complete({ duration: 5 });
  const job = event.job('j', { to: 'a' });
  job.log('info', 'x', { datta: 1 });
  job.fail({ message: 'x', reason: 'y' });
  event.complete({ durationMs: '5' });
  await recorder.flush({ deadlinems: 5 });
  assert.deepEqual(
    (await told()).map((text) => text.replace('invalid_argument: ', '')),
    [
      'startInvocation: unknown field sourcefunction; did you mean sourceFunction?',
      'startInvocation: unknown field source_table; did you mean sourceTable?',
      'startInvocation: unknown field size',
      'end: unknown field duration',
      'job: unknown field to',
      'log: unknown field datta',
      'a failure: unknown field reason',
      'durationMs: must be a number of milliseconds, not string',
      'flush: unknown field deadlinems; did you mean deadlineMs?',
    ],
  );
});

test('without onError it is a warning of the process, once', async (t) => {
  const store = new Store(t);
  const code = `
    process.on('warning', ({ name, message }) => process.stdout.write(name + ': ' + message + '\\n'));
    const recorder = new Recorder(store);
    for (let i = 0; i < 3; i++) recorder.startInvocation({ sourcefunction: 'orders' });`;
  const { out } = await runHost(store.path, code, { args: ['--no-warnings'] });
  assert.equal(
    out,
    'ObservabilityWarning: startInvocation: unknown field sourcefunction; did you mean sourceFunction?\n',
  );
});
