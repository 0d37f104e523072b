'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { buildToken, parseToken, chainOrigin } = require('..');

const chain = '0b9e3c1a-5f2d-4e8b-9a6c-7d1f2e3a4b5c';
const job = '7c2d1e0f-3a4b-4c5d-8e6f-9a0b1c2d3e4f';
const row = (columns, session_variables) => ({
  event: { data: { new: columns }, session_variables },
});

test('a token is read as it was built', () => {
  assert.equal(buildToken('orders|eu', chain.toUpperCase(), job), `orders_eu|${chain}|${job}`);
  assert.deepEqual(parseToken(buildToken('orders', chain, job)), {
    source: 'orders',
    correlationId: chain,
    jobExecutionId: job,
  });
  assert.deepEqual(parseToken(buildToken('orders', chain)), {
    source: 'orders',
    correlationId: chain,
  });
  assert.throws(() => buildToken('orders', 'abc'), /the correlation id 'abc' is not a UUID/);
  assert.throws(() => buildToken('orders', chain, 'abc'), /the job execution id 'abc' is not a UUID/);
});

test('an invalid token is not parsed', () => {
  for (const text of ['', 'nadia@example.com', 'a|b', `a|${chain}|${job}|more`, null, 7, {}]) {
    assert.equal(parseToken(text), null);
  }
  assert.deepEqual(parseToken(`orders|${chain}|17`), { source: 'orders', correlationId: chain });
});

test('the first source of a correlation id counts', () => {
  const token = `orders|${chain}|${job}`;
  const metadata = { workflow_id: 'w', request_id: 'r', Trace_Id: 't' };
  const session = { 'x-trace-id': 'st', 'X-Request-Id': 'sr' };
  const of = (columns, variables, field) => chainOrigin(row(columns, variables), { field });

  assert.deepEqual(of({ updated_by: 'x', updatedby: token, own: 'o' }, session, 'own'), {
    correlationId: chain,
    sourceJobId: job,
  });
  assert.deepEqual(of({ own: token, metadata }, session, 'own'), {
    correlationId: chain,
    sourceJobId: job,
  });
  assert.equal(of({ own: 'o', metadata }, session, 'own').correlationId, 'o');
  assert.equal(of({ own: 'o', metadata }, session).correlationId, 't');
  assert.equal(of({ metadata: JSON.stringify(metadata) }, session).correlationId, 't');
  assert.equal(of({ metadata: '{"trace_id": ' }, session).correlationId, 'sr');
  assert.equal(
    of({ metadata: { trace_id: 'x'.repeat(256) } }, { 'x-trace-id': chain.toUpperCase() })
      .correlationId,
    chain,
  );
});

test('a payload that makes no sense tells nothing', () => {
  const refusing = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
    },
  );
  for (const payload of [undefined, null, 'text', {}, row(null), row(7), { event: refusing }]) {
    assert.equal(chainOrigin(payload).correlationId, undefined);
  }
});

test('an error about a huge id is short', () => {
  assert.throws(() => buildToken('orders', 'x'.repeat(1e6)), ({ message }) => message.length < 300);
});
