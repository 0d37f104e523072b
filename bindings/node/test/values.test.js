'use strict';

const assert = require('node:assert/strict');
const { EventEmitter } = require('node:events');
const net = require('node:net');
const { test } = require('node:test');

const { encode } = require('../lib/values');
const { describe } = require('../lib/failure');
const { payload } = require('./support/observed');

const decoded = (value, options) => JSON.parse(encode(value, options));

test('JSON values come out as JSON.stringify gives them', () => {
  const values = [
    null,
    true,
    0,
    -1.5,
    'true',
    '10',
    '',
    'ä€😀\u0000\ud800',
    [],
    {},
    [1, [2, [undefined]]],
    { a: undefined, b: null, nested: { when: new Date(0) } },
    new Date(1e12),
    Object.assign(Object.create(null), { a: 1 }),
    JSON.parse('{"__proto__": {"a": 1}}'),
    payload(),
  ];
  for (const value of values) assert.equal(encode(value), JSON.stringify(value));
  assert.equal(encode(undefined), undefined);
});

test('what JSON does not know becomes something readable', () => {
  class Order {
    lines = [1];
    total() {}
  }
  const circular = { name: 'loop' };
  circular.self = circular;
  const cases = [
    [10n, '10n'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [new Date(NaN), '[Invalid Date]'],
    [Symbol('mark'), 'Symbol(mark)'],
    [function sendMail() {}, '[Function: sendMail]'],
    [/a+/g, '/a+/g'],
    [Promise.resolve(), '[Promise]'],
    [new WeakMap(), '[WeakMap]'],
    [Buffer.from('hello'), '[Buffer: 5 bytes 68656c6c6f]'],
    [new Float64Array(100), `[Float64Array: 800 bytes ${'00'.repeat(32)}…]`],
    [new ArrayBuffer(8), '[ArrayBuffer: 8 bytes]'],
    [new Map([['a', { b: 1n }]]), { '[Map]': { a: { b: '1n' } } }],
    [new Map([['a', 1], [7, new Map()]]), { '[Map]': [{ a: 1 }, [7, { '[Map]': {} }]] }],
    [new Map([['__proto__', 1]]), { '[Map]': { ['__proto__']: 1 } }],
    [new Set([1, NaN]), { '[Set]': [1, 'NaN'] }],
    [new Order(), { lines: [1] }],
    [new String('boxed'), 'boxed'],
    [circular, { name: 'loop', self: '[Circular]' }],
    [new URL('http://example.com/'), 'http://example.com/'],
    [{ f() {}, [Symbol('s')]: 1 }, { f: '[Function: f]' }],
    [
      JSON.parse('{"__proto__": 1}', (_, value) => (value === 1 ? 1n : value)),
      { ['__proto__']: '1n' },
    ],
  ];
  for (const [value, expected] of cases) {
    assert.equal(encode(value), JSON.stringify(expected));
  }
});

test('errors keep their message, stack, cause and what was put on them', () => {
  const error = Object.assign(new RangeError('too far', { cause: new Error('no map') }), {
    code: 'E_FAR',
  });
  const { name, message, stack, cause, code } = decoded({ error }).error;
  assert.deepEqual([name, message, code], ['RangeError', 'too far', 'E_FAR']);
  assert.match(stack, /RangeError: too far\n +at /);
  assert.equal(cause.message, 'no map');
  assert.deepEqual(
    decoded(new AggregateError([new Error('one')], 'many')).errors[0].message,
    'one',
  );
});

test('a getter that throws is described as one', () => {
  const refuse = () => {
    throw new Error('hands off');
  };
  assert.deepEqual(
    decoded({
      get a() {
        return refuse();
      },
      b: 1,
    }),
    { a: '[getter threw: hands off]', b: 1 },
  );
  assert.equal(decoded({ toJSON: refuse }), '[toJSON threw: hands off]');
  const traps = {
    get: refuse,
    ownKeys: refuse,
    getPrototypeOf: refuse,
    getOwnPropertyDescriptor: refuse,
  };
  assert.match(decoded(new Proxy({}, traps)), /hands off/);
  assert.match(decoded([new Proxy(() => {}, traps)])[0], /Function/);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match(decoded(proxy), /revoked/);
  assert.match(
    decoded({
      get a() {
        throw {
          get message() {
            return refuse();
          },
        };
      },
    }).a,
    /getter threw/,
  );
});

test('machinery is shown by its name, data beside it in full', () => {
  class PgClient {
    password = 'secret';
    query() {}
  }
  class Mailer {
    transport = new net.Socket();
    password = 'secret';
  }
  const options = {
    db: new PgClient(),
    mailer: new Mailer(),
    socket: new net.Socket(),
    emitter: new EventEmitter(),
    signal: new AbortController().signal,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    console,
    to: 'a@example.com',
    retries: 3,
  };
  assert.deepEqual(decoded(options), {
    db: '[PgClient]',
    mailer: '[Mailer]',
    socket: '[Socket]',
    emitter: '[EventEmitter]',
    signal: '[AbortSignal]',
    log: '[Logger]',
    console: '[Logger]',
    to: 'a@example.com',
    retries: 3,
  });
});

test('size and time are bounded, whatever the value', () => {
  const deep = {};
  for (let i = 0, inner = deep; i < 1e5; i++) inner = inner.next = {};
  let shared = [1];
  for (let i = 0; i < 60; i++) shared = [shared, shared];
  const endless = { toJSON: () => ({ again: endless }) };
  const infinite = {
    *[Symbol.iterator]() {
      for (;;) yield 1;
    },
  };
  const values = {
    deep,
    shared,
    endless,
    infinite,
    text: 'x'.repeat(2e7),
    escapes: '\u0001€'.repeat(2e6),
    holes: new Array(1e9),
    wide: Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`key${i}`, i])),
    set: new Set(Array.from({ length: 1e6 }, (_, i) => i)),
    texts: new Map(Array.from({ length: 1e6 }, (_, i) => [`key${i}`, i])),
    pairs: new Map(Array.from({ length: 1e6 }, (_, i) => [i, i])),
    number: 1n << 1_000_000n,
  };
  for (const [name, value] of Object.entries(values)) {
    for (const maxBytes of [1000, 1 << 20]) {
      const start = process.cpuUsage();
      const text = encode({ value, after: 1n }, { maxBytes });
      const { user } = process.cpuUsage(start);
      assert.ok(Buffer.byteLength(text) <= maxBytes, `${name}: ${Buffer.byteLength(text)} bytes`);
      assert.ok(user < 1e6, `${name}: ${user} µs`);
      JSON.parse(text);
    }
  }
  assert.match(encode(values.text), /more characters/);
  assert.match(encode(values.holes), /more\]"\]$/);
  assert.match(encode(values.wide, { maxBytes: 1000 }), /"…":"\[\d+ more\]"/);
  assert.equal(decoded({ huge: values.text, after: 1n }).after, '1n');
});

test('nothing nests deeper than the recorder takes', () => {
  const wraps = {
    map: (inner) => new Map([['in', inner]]),
    pairs: (inner) => new Map([[1, inner]]),
    set: (inner) => new Set([inner]),
    list: (inner) => [inner],
  };
  for (const [name, wrap] of Object.entries(wraps)) {
    let value = 1n;
    for (let i = 0; i < 1000; i++) value = wrap(value);
    const text = encode(value).replaceAll(/"\[(Map|Set)\]"/g, '');
    const [outside, inside] = text.split('… nested too deep');
    assert.ok(inside, name);
    assert.ok(outside.match(/[[{]/g).length <= 512, name);
  }
});

test('whatever is thrown has a message', () => {
  assert.deepEqual(describe('plain text'), { message: 'plain text', stack: undefined });
  assert.deepEqual(describe(undefined), { message: 'failed without a message', stack: undefined });
  assert.deepEqual(describe(10n), { message: '10', stack: undefined });
  assert.equal(describe({ code: 7 }).message, '{"code":7}');
  assert.equal(describe(new TypeError('')).message, 'TypeError');
  const { message, stack } = describe(
    new Error('outer', { cause: new Error('inner', { cause: 'root' }) }),
  );
  assert.equal(message, 'outer');
  assert.match(stack, /^Error: outer\n[^]*\nCaused by: Error: inner\n[^]*\nCaused by: root$/);
  const all = describe(new AggregateError([new Error('refused'), 'late'], 'all failed'));
  assert.match(all.stack, /^AggregateError: all failed\n[^]*\nOne of: Error: refused\n[^]*\nOne of: late$/);
  const loop = new Error('loop');
  loop.cause = loop;
  assert.equal(describe(loop).stack, loop.stack);
});
