'use strict';
// Secrets in what becomes text before it is stored: printed objects, errors, what was thrown.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const util = require('node:util');

const { Recorder } = require('..');
const { captureConsole } = require('../lib/console');
const { kPrint } = require('../lib/handles');
const { quiet } = require('./support/observed');
const { Store } = require('./support/store');

const kSecret = 'hunter2';

// A job whose lines are caught as they are printed, and `lines` that are stored.
function recorded(t, options = {}) {
  quiet(t);
  const store = new Store(t);
  const recorder = new Recorder(store.path, options);
  t.after(() => recorder.close());
  const invocation = recorder.startInvocation();
  const event = invocation.event('e');
  const job = event.job('j');
  t.after(captureConsole(() => true, (level, args) => job[kPrint](level, args)));
  const lines = () => store.rows('SELECT message, data FROM job_logs ORDER BY sequence');
  return { recorder, event, job, lines, store };
}

class Account {
  constructor() {
    Object.assign(this, { user: 'ann', password: kSecret });
  }
}

function withCycle() {
  const account = new Account();
  account.self = account;
  return account;
}

function failure() {
  const error = new Error('refused');
  return Object.assign(error, {
    code: 401,
    config: { headers: { Authorization: kSecret, accept: '*/*' } },
    request: { _header: `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ${kSecret}\r\n` },
    rawHeaders: ['accept', '*/*', 'Set-Cookie', kSecret],
  });
}

const kPrinted = {
  'an object': [[{ user: 'ann', password: kSecret }], /^\{ user: 'ann', password: '\[redacted\]' \}$/],
  '%o': [['%o', { user: 'ann', token: kSecret }], /user: 'ann', token: '\[redacted\]'/],
  '%O and %j': [['%O %j', { token: kSecret }, { apiKey: kSecret, a: 1 }], /\[redacted\].*"a":1/],
  'a map': [[new Map([['password', kSecret], ['user', 'ann']])], /^Map\(2\) \{ 'password' => '\[redacted\]', 'user' => 'ann' \}$/],
  'a map with a property': [
    [Object.assign(new Map([['a', 1]]), { token: kSecret })],
    /^Map\(1\) \{ 'a' => 1, token: '\[redacted\]' \}$/,
  ],
  'a function with properties': [
    [Object.assign(function client() {}, { headers: { Authorization: kSecret, a: 1 } })],
    /^\[Function: client\] \{ headers: \{ Authorization: '\[redacted\]', a: 1 \} \}$/,
  ],
  'functions beside a secret': [
    [{ token: kSecret, f: async () => {}, c: class A {} }],
    /^\{ token: '\[redacted\]', f: \[AsyncFunction: f\], c: \[class A\] \}$/,
  ],
  'a map in a set in a list': [[[new Set([new Map([['secret', kSecret]])])]], /Set\(1\) \{ Map\(1\) \{ 'secret' => '\[redacted\]' \} \}/],
  'an instance': [[new Account()], /^Account \{ user: 'ann', password: '\[redacted\]' \}$/],
  'a cycle': [[withCycle()], /^<ref \*1> Account \{[^]*self: \[Circular \*1\]/],
  'an error with its request': [[failure()], /^Error: refused\n +at [^]*code: 401[^]*accept: '\*\/\*'/],
  'an error’s cause': [[new Error('outer', { cause: failure() })], /\[cause\]: Error: refused/],
  'headers of fetch': [[new Headers({ authorization: `Bearer ${kSecret}`, accept: 'a' })], /accept/],
  'headers inside': [[{ headers: new Headers({ cookie: kSecret, accept: 'a' }) }], /headers: [^]*accept/],
  'a request of fetch': [
    [new Request('https://h', { headers: { authorization: kSecret, 'x-api-key': kSecret, a: 'b' } })],
    /headers: Headers \{[^]*a: 'b'[^]*\}/,
  ],
  'what prints itself inside another': [
    [{ [util.inspect.custom]: () => `Foo { options: Bar { password: '${kSecret}', list: [ { token: '${kSecret}' } ] }, a: 1 }` }],
    /a: 1 \}$/,
  ],
  'a query': [[new URLSearchParams({ token: kSecret, page: '2' })], /'page' => '2'/],
  'one that prints itself': [
    [{ [util.inspect.custom]: () => ({ password: kSecret, shown: 1 }) }],
    /shown: 1/,
  ],
  'one that makes JSON of itself': [['%j', { toJSON: () => ({ password: kSecret, b: 2 }), token: kSecret }], /"b":2/],
  'entries of an object': [[Object.entries({ password: kSecret, a: 1 })], /'a', 1/],
  'a proxy': [[new Proxy({ password: kSecret, a: 1 }, {})], /a: 1/],
};

for (const [what, [args, shown]] of Object.entries(kPrinted)) {
  test(`a printed line shows no secret, and the rest as Node prints it: ${what}`, (t) => {
    const { lines } = recorded(t);
    const before = util.inspect(args, { depth: 9 });
    console.log(...args);
    assert.equal(util.inspect(args, { depth: 9 }), before); // the host's own values stay
    const [{ message }] = lines();
    assert.match(message, shown);
    assert.doesNotMatch(message, new RegExp(kSecret));
  });
}

test('what has no secret is printed as it is, and texts are the host’s own words', (t) => {
  const { lines } = recorded(t);
  const values = [
    { password: null, token: undefined, secret: true, tokens: 5, updated_by: 'x|y' },
    new Headers({ accept: 'a' }),
    [new Date(0), /x/, Buffer.from('x'), Symbol('s'), 1n, () => {}, class A {}, console.log],
    new Map([[{ a: 1 }, new Set([1])]]),
    'password: hunter2',
    { sourceTrackingToken: 'orders|1', deep: { deeper: { deepest: { hidden: {} } } } },
  ];
  for (const value of values) console.log(value);
  assert.deepEqual(
    lines().map((line) => line.message),
    values.map((value) => util.format(value)),
  );
});

// Some years, if a part of it were looked at again and again.
test('long texts and large collections are looked at once', { timeout: 60_000 }, (t) => {
  const { lines } = recorded(t);
  const texts = ['ab'.repeat(500_000), 'a:[,'.repeat(250_000), 'token:{'.repeat(100_000), `token${' '.repeat(1e6)}`];
  for (const text of texts) console.log({ [util.inspect.custom]: () => text });
  console.log(new Array(1e9));
  console.log(Array.from({ length: 1e6 }, (_, index) => index));
  assert.equal(lines().length, texts.length + 2);
  assert.match(lines().at(-1).message, /^\[\s+0,\s+1,[^]* 999900 more items\s*\]$/);
});

test('redact() gives all that is no secret, however deep and long it is', (t) => {
  const { recorder } = recorded(t);
  const deep = (end) => Array.from({ length: 50 }).reduce((inner) => ({ inner }), end);
  const long = Array.from({ length: 20_000 }, (_, number) => ({ number }));
  const harmless = deep(1);
  assert.equal(recorder.redact(harmless), harmless);
  assert.deepEqual(recorder.redact(deep({ token: kSecret, a: 1 })), deep({ token: '[redacted]', a: 1 }));
  assert.equal(recorder.redact(long), long);
});

test('what was thrown shows no secret either', (t) => {
  const { event, store } = recorded(t);
  const thrown = [
    { password: kSecret, code: 51 },
    { error: { password: kSecret, code: 51 } },
    new Error('outer', { cause: { password: kSecret, code: 51 } }),
    { message: { password: kSecret, code: 51 } },
  ];
  for (const one of thrown) event.job('fails').fail(one);
  const rows = store.rows("SELECT * FROM job_executions WHERE job_name = 'fails' ORDER BY rowid");
  for (const row of rows) {
    const text = `${row.error_message} ${row.error_stack}`;
    assert.match(text, /"code":51/);
    assert.doesNotMatch(text, new RegExp(kSecret));
  }
});

test('the host’s own rules count for what is printed as well, and defaults can be switched off', (t) => {
  const { job, lines } = recorded(t, { redact: ['iban', '/card/*/pin'], redactSecrets: false });
  console.log({ iban: 'DE1', password: 'shown', card: [{ pin: 1234 }], pin: 5 });
  job.log('info', { IBAN: 'DE1', a: 1 });
  const [printed, logged] = lines();
  const expected = { iban: '[redacted]', password: 'shown', card: [{ pin: '[redacted]' }], pin: 5 };
  assert.equal(printed.message, util.format(expected));
  assert.deepEqual(JSON.parse(printed.data), expected);
  assert.equal(logged.message, "{ IBAN: '[redacted]', a: 1 }");
});

test('all that is kept as JSON loses the same secrets, and what ties invocations together stays', (t) => {
  const { recorder, store } = recorded(t);
  const token = 'orders|0b9e3c1a-5f2d-4e8b-9a6c-7d1f2e3a4b5c';
  const kept = { updated_by: token, sourceTrackingToken: token, 'x-correlation-id': 'c', max_tokens: 5 };
  const given = { ...kept, list: [{ 'X-Api-Key': kSecret }], creditCard: { number: kSecret } };
  const expected = { ...kept, list: [{ 'X-Api-Key': '[redacted]' }], creditCard: '[redacted]' };
  const invocation = recorder.startInvocation({ sourceEventPayload: given, contextData: given });
  const job = invocation.event('e').job('j', { options: given });
  job.log('info', 'x', { data: given });
  job.complete(given);
  const row = store.row('invocations', invocation.id);
  const { job_options, result } = store.row('job_executions', job.id);
  const [{ data }] = store.rows('SELECT data FROM job_logs');
  for (const text of [row.source_event_payload, row.context_data, job_options, result, data]) {
    assert.deepEqual(JSON.parse(text), expected);
  }
});

test('structures without end, and ones that refuse, cost neither the line nor the host', (t) => {
  const { lines } = recorded(t);
  const deep = {};
  let inner = deep;
  for (let i = 0; i < 10_000; i++) inner = inner.next = { password: kSecret };
  console.log(deep);
  const refusing = { ownKeys: () => { throw new Error('no'); }, getOwnPropertyDescriptor: () => { throw new Error('no'); } };
  console.log('%o', new Proxy({ password: kSecret }, refusing));
  const rows = lines();
  assert.equal(rows.length, 2);
  for (const { message } of rows) assert.doesNotMatch(message, new RegExp(kSecret));
});
