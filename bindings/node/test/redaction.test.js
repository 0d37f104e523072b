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
  t.after(captureConsole(() => true, (...line) => job[kPrint](...line)));
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
  'a url': [
    [new URL(`https://ann:${kSecret}@h/?token=${kSecret}&page=2#access_token=${kSecret}&a=b`)],
    /href: 'https:\/\/ann:%5Bredacted%5D@h\/\?token=%5Bredacted%5D&page=2#access_token=%5Bredacted%5D&a=b'/,
  ],
  'a symbol': [[{ [Symbol('password')]: kSecret, a: 1 }], /a: 1, \[Symbol\(password\)\]: '\[redacted\]'/],
  'a promise': [[Promise.resolve({ password: kSecret, a: 1 })], /^Promise \{ \{ password: '\[redacted\]', a: 1 \} \}$/],
  'the entries of a map': [[new Map([['token', kSecret], ['a', 1]]).entries()], /'token', '\[redacted\]' \], \[ 'a', 1/],
  'a date with a property': [[Object.assign(new Date(0), { token: kSecret })], /1970-01-01T[^]*token: '\[redacted\]'/],
  'a buffer with a property': [[Object.assign(Buffer.from('x'), { token: kSecret })], /<Buffer 78, token: '\[redacted\]'>/],
  'a proxy': [[new Proxy({ password: kSecret, a: 1 }, {})], /a: 1/],
};

for (const [what, [args, shown]] of Object.entries(kPrinted)) {
  test(`a printed line shows no secret, and the rest as Node prints it: ${what}`, (t) => {
    const { lines } = recorded(t);
    const before = util.inspect(args, { depth: 9 });
    console.log(...args);
    assert.equal(util.inspect(args, { depth: 9 }), before); // the host's own values stay
    const [{ message, data }] = lines();
    assert.match(message, shown);
    assert.doesNotMatch(message + data, new RegExp(kSecret));
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
test('long texts and large collections are scanned once', { timeout: 60_000 }, (t) => {
  const { lines } = recorded(t);
  const texts = ['ab'.repeat(500_000), 'a:[,'.repeat(250_000), 'token:{'.repeat(100_000), `token${' '.repeat(1e6)}`];
  for (const text of texts) console.log({ [util.inspect.custom]: () => text });
  console.log(new Array(1e9));
  console.log(Array.from({ length: 1e6 }, (_, index) => index));
  assert.equal(lines().length, texts.length + 2);
  assert.match(lines().at(-1).message, /^\[\s+0,\s+1,[^]* 999900 more items\s*\]$/);
});

test('redact() keeps everything but secrets, however deep and long it is', (t) => {
  const { recorder } = recorded(t);
  const deep = (end) => Array.from({ length: 50 }).reduce((inner) => ({ inner }), end);
  const long = Array.from({ length: 20_000 }, (_, number) => ({ number }));
  const harmless = deep(1);
  assert.equal(recorder.redact(harmless), harmless);
  assert.deepEqual(recorder.redact(deep({ token: kSecret, a: 1 })), deep({ token: '[redacted]', a: 1 }));
  assert.equal(recorder.redact(long), long);
});

test('a table and a trace show no secret, and getters no more than the rest', (t) => {
  const { lines } = recorded(t);
  console.table([{ user: 'ann', password: kSecret }]);
  console.trace({ password: kSecret });
  console.log({ get password() { return kSecret; }, get a() { return { token: kSecret, b: 2 }; } });
  const [table, trace, getters] = lines();
  for (const line of [table, trace, getters]) {
    assert.doesNotMatch(line.message + line.data, new RegExp(kSecret));
  }
  assert.match(table.message, /'ann'/);
  assert.match(trace.message, /^Trace: \{ password: '\[redacted\]' \}\n +at /);
  assert.deepEqual(JSON.parse(getters.data), { password: '[redacted]', a: { token: '[redacted]', b: 2 } });
});

test('a pointer means the same in the text and in the data of a line', (t) => {
  const { lines } = recorded(t, { redact: ['/card/pin', '/inner/pin'], redactSecrets: false });
  const card = { card: { pin: kSecret, a: 1 } };
  console.log(card, new Map([['inner', { pin: kSecret }]]));
  const [{ message, data }] = lines();
  assert.doesNotMatch(message + data, new RegExp(kSecret));
  assert.match(data, /"a":1/);
});

// What a copy for the line's data keeps of things that print themselves.
test('what stands beside a secret is the same in the data', (t) => {
  const { lines } = recorded(t);
  class Id {
    #id = 'x7';
    [util.inspect.custom]() { return `Id(${this.#id})`; }
    toJSON() { return this.#id; }
  }
  const printed = { id: new Id(), at: new Date(0), buffer: Buffer.from('x'), url: new URL('http://h/') };
  console.log(printed);
  console.log({ ...printed, token: kSecret });
  const [plain, redacted] = lines().map(({ data }) => JSON.parse(data));
  assert.deepEqual(redacted, { ...plain, token: '[redacted]' });
});

const kKeys = `password dbPassword password_hash passcode passwordChangedAt secret clientSecret secretary
  secrets secret_at X-Api-Key apiKeys APIKey apikey apiKeyCount token accessToken ID-Token tokens max_tokens
  nextPageToken PageToken pagetoken NextToken cancelToken trackingToken tracking_token tokenizer JWT userJWT
  authorization authorizationHeader authorizationStatus authorized cookie set-cookie cookies cookieConsent
  credentials private_key privatekeys signingKey encryption_key encryptionkey creditCard card_number cardnumber
  cvv cvv2 card_cvc mysql_pwd bearer ssn lesson key primary_key updated_by a _ 1 é pässword KtoKen ſecret`.split(/\s+/);

test('the recorder hides the same keys in JSON as are hidden in text', (t) => {
  const { recorder, job, store } = recorded(t);
  const given = Object.fromEntries([...kKeys, 'X'.repeat(300) + 'Token', `password${'x'.repeat(300)}`].map((key) => [key, 'v']));
  job.complete(given);
  const { result } = store.row('job_executions', job.id);
  assert.deepEqual(JSON.parse(result), recorder.redact(given));
  assert.ok(Object.values(JSON.parse(result)).includes('v'));
});

test('redact() hides the same where nothing is recorded', () => {
  const given = { password: kSecret, iban: 'DE1', card: { pin: 1 }, a: 1 };
  const expected = { password: '[redacted]', iban: '[redacted]', card: { pin: '[redacted]' }, a: 1 };
  const options = { enabled: false, redact: ['IBAN', '/card/pin'] };
  assert.deepEqual(new Recorder('unused.db', options).redact(given), expected);
  process.env.OBSERVABILITY_REDACT = 'iban, /card/pin';
  try {
    assert.deepEqual(new Recorder('unused.db', { enabled: false }).redact(given), expected);
  } finally {
    delete process.env.OBSERVABILITY_REDACT;
  }
  const shown = new Recorder('unused.db', { enabled: false, redactSecrets: false });
  assert.equal(shown.redact(given), given);
  for (const redact of ['password', 'iban', [5, null, {}], {}, 7, true, '', [['iban']]]) {
    const recorder = new Recorder('unused.db', { enabled: false, redact });
    assert.equal(recorder.redact(given).password, '[redacted]');
  }
});

test('of a huge printed list the first part is stored, and its end says so', (t) => {
  const { lines } = recorded(t);
  const item = (id) => ({ id, token: kSecret });
  console.log(Array.from({ length: 100_000 }, (_, id) => item(id)));
  console.log(Object.fromEntries(Array.from({ length: 100_000 }, (_, id) => [`k${id}`, id])));
  console.log(Array.from({ length: 15_000 }, (_, id) => id));
  const [list, object, small] = lines().map(({ data }) => JSON.parse(data));
  assert.deepEqual(list[0], { id: 0, token: '[redacted]' });
  assert.equal(list.at(-1), '[…]');
  assert.ok(list.length > 1000 && list.every((one) => one !== null));
  assert.equal(Object.values(object).at(-1), '[…]');
  assert.equal(Object.keys(object).length, 20_001);
  assert.equal(small.length, 15_000);
});

test('what an error says beside its message is kept, without secrets', (t) => {
  const { event, store } = recorded(t);
  const client = new Proxy({}, { ownKeys: () => assert.fail('large, and not looked at') });
  const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (id)=(7)', token: kSecret, client });
  event.job('fails').fail(error);
  const [row] = store.rows("SELECT error_message, error_stack FROM job_executions WHERE job_name = 'fails'");
  assert.equal(row.error_message, 'duplicate key');
  assert.ok(row.error_stack.startsWith(`${error.stack}\nWith: {"code":"23505","detail":"Key (id)=(7)","token":"[redacted]"}`));
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
