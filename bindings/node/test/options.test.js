'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const test = require('node:test');

const { ObservabilityError, Recorder } = require('..');
const { readSettings } = require('../lib/settings');
const { runHost } = require('./support/host');
const { record } = require('./support/sample');
const { Store } = require('./support/store');

function refusal(store, options) {
  try {
    new Recorder(store, options).close();
  } catch (error) {
    assert.ok(error instanceof ObservabilityError, String(error));
    return `${error.kind}: ${error.message}`;
  }
  return 'accepted';
}

test('wrong options are refused by their names', (t) => {
  const { path } = new Store(t);
  const cases = [
    [{ maxJsonSize: 0 }, /^invalid_argument: maxJsonSize: 0 is out of range/],
    [{ maxJsonSize: NaN }, /^invalid_argument: maxJsonSize: must be a whole number, not "NaN"/],
    [{ batchSize: 10n }, /^invalid_argument: batchSize: must be a whole number, not "10"/],
    [{ captureConsoleLog: 'yes' }, /^invalid_argument: captureConsoleLog: must be true or false/],
    [{ replicate: () => 'off' }, /^invalid_argument: replicate: .* is not one of off, onEnd, background/],
    [{ replicate: 'onEnd' }, /^invalid_argument: replicate: no central database is set/],
    [{ capturConsoleLog: true }, /unknown option; did you mean captureConsoleLog\?/],
    [{ database: 'postgresql://u:secret@h/d' }, /^invalid_argument: database: must be an object/],
    [{ database: { prot: 5432 } }, /did you mean database.port\?/],
    [{ database: { ssl: { ca: 'secret' } } }, /^invalid_argument: database.ssl: "ca" is not supported/],
    [{ redact: 'password' }, /^invalid_argument: redact: must be a list of texts/],
    [{ commit: 'later' }, /^invalid_argument: commit: must be 'call' or 'tick'/],
    [{ commit: 'toString' }, /^invalid_argument: commit: /],
    [{ onError: 'log' }, /^invalid_argument: onError: must be a function/],
  ];
  for (const [options, expected] of cases) {
    const refused = refusal(path, options);
    assert.match(refused, expected);
    assert.doesNotMatch(refused, /secret/);
  }
  assert.match(refusal(5), /^invalid_argument: store: must be text, not number/);
  assert.match(refusal(path, { replicate: 'background', database: { connectionString: 'x:secret' } }),
    /^invalid_argument: read the address of the central database: /);
  assert.equal(fs.existsSync(path), false);
});

test('a store that cannot be opened is refused', (t) => {
  const { folder, path } = new Store(t);
  assert.match(refusal(`${folder}/none/telemetry.db`), /^io: /);
  fs.writeFileSync(path, 'this is no store, but long enough to be taken for one'.repeat(100));
  assert.match(refusal(path), /^corrupt: /);
});

test('what is not given, or null or undefined, is as by default', (t) => {
  const { path } = new Store(t);
  const unsaid = { maxJsonSize: undefined, redact: null, onError: null, commit: null, database: {} };
  assert.equal(refusal(path, unsaid), 'accepted');
  assert.equal(refusal(path, null), 'accepted');
});

test('options decide what is stored', (t) => {
  const store = new Store(t);
  const recorder = new Recorder(store.path, {
    captureConsoleLog: false,
    captureJobOptions: false,
    captureHasuraPayload: false,
    captureErrorStacks: false,
    redact: ['password'],
    maxJsonSize: 100,
  });
  t.after(() => recorder.close());
  const invocation = recorder.startInvocation({
    sourceEventPayload: { a: 1 },
    contextData: { password: 'secret' },
  });
  const job = invocation.event('e').job('j', { options: { a: 1 } });
  job.log('info', 'line');
  job.fail(new Error('broken'));
  const row = store.row('invocations', invocation.id);
  assert.equal(row.source_event_payload, null);
  assert.equal(row.context_data, '{"password":"[redacted]"}');
  assert.equal(store.row('job_executions', job.id).job_options, null);
  assert.equal(store.row('job_executions', job.id).error_stack, null);
  assert.equal(store.count('job_logs'), 0);
});

test('what is redacted is found in maps as well', (t) => {
  const store = new Store(t);
  const recorder = new Recorder(store.path, { redact: ['password', '/[Map]/card/pin'] });
  t.after(() => recorder.close());
  const texts = new Map([['user', 'Ann'], ['password', 'hunter2'], ['card', { pin: 1234 }]]);
  const mixed = new Map([[7, new Map([['password', 'hunter2']])], ['password', 'hunter2']]);
  const stored = [texts, mixed].map((contextData) =>
    JSON.parse(store.row('invocations', recorder.startInvocation({ contextData }).id).context_data),
  );
  assert.deepEqual(stored, [
    { '[Map]': { user: 'Ann', password: '[redacted]', card: { pin: '[redacted]' } } },
    { '[Map]': [[7, { '[Map]': { password: '[redacted]' } }], { password: '[redacted]' }] },
  ]);
});

test('a recorder that is not enabled opens nothing and answers everything', async (t) => {
  const { path } = new Store(t);
  const recorder = new Recorder(path, { enabled: false, commit: 'tick', replicate: 'onEnd' });
  const { job } = record(recorder);
  assert.match(job.id, /^[0-9a-f-]{36}$/);
  await recorder.committed();
  assert.deepEqual(await recorder.flush(), { finished: false });
  recorder.close();
  assert.equal(fs.existsSync(path), false);
});

test('options come from the environment too, and those of the call win', async (t) => {
  const store = new Store(t);
  const env = { EDO_STORE: store.path, OBSERVABILITY_CAPTURE_CONSOLE_LOG: 'false' };
  const job = "new Recorder(undefined, options).startInvocation().event('e').job('j').log('info', 'x')";
  await runHost('', `const options = undefined; ${job}`, { env });
  assert.equal(store.count('job_executions'), 1);
  assert.equal(store.count('job_logs'), 0);
  await runHost('', `const options = { captureConsoleLog: true }; ${job}`, { env });
  assert.equal(store.count('job_logs'), 1);
  const wrong = { ...env, OBSERVABILITY_BATCH_SIZE: 'many' };
  const { code, err } = await runHost('', 'new Recorder()', { env: wrong });
  assert.equal(code, 1);
  assert.match(err, /OBSERVABILITY_BATCH_SIZE: must be a whole number, not "many"/);
});

test('a plugin ships by itself when a central database is named, in whichever way', () => {
  const ships = (database, environment = {}) => readSettings({ database }, environment).ships;
  const named = [
    [{ connectionString: 'postgresql://h/d' }],
    [{ host: 'h', password: 'secret' }],
    [{ database: 'd' }],
    [{ ssl: true }, { OBSERVABILITY_DB_URL: 'postgresql://h/d' }],
    [undefined, { OBSERVABILITY_DATABASE_HOST: 'h' }],
    [null, { OBSERVABILITY_DATABASE_DATABASE: 'd' }],
    [{ connectionString: null }, { OBSERVABILITY_DATABASE_USER: 'u' }],
  ];
  const unnamed = [
    [undefined],
    [{ connectionString: undefined, ssl: true }],
    [{ connectionString: '' }],
    [{ host: null }, { OBSERVABILITY_DATABASE_HOST: '', OBSERVABILITY_DB_URL: '' }],
    [undefined, { OBSERVABILITY_DATABASE_SSL: 'require', OBSERVABILITY_DATABASE_PASSWORD: 'secret' }],
    [undefined, { OBSERVABILITY_REPLICATE: '' }],
    [{ host: 'h' }, { OBSERVABILITY_REPLICATE: 'off' }],
  ];
  for (const given of named) assert.equal(ships(...given), true, JSON.stringify(given));
  for (const given of unnamed) assert.equal(ships(...given), false, JSON.stringify(given));
});
