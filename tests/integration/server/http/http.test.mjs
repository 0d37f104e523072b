// HTTP from outside, byte by byte where that matters: what a client may do, and what it may not do to
// others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync, inflateSync } from 'node:zlib';
import http from 'node:http';

import { Server, request } from '../support/server.mjs';

const program = process.env.EDO_FAKE_SERVER;
const servers = [];
async function start(...args) {
  const server = await Server.start(program, args);
  servers.push(server);
  return server;
}

let server;
before(async () => (server = await start('waiting=200')));
after(() => Promise.all(servers.map((each) => each.stop('SIGKILL'))));

const body = JSON.stringify({ query: 'echo' });
const post = (text, headers = '') =>
  request('/v1/graphql', `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${headers}`, 'POST') + text;

test('one connection carries many requests, also pipelined', async () => {
  const raw = await server.connect();
  raw.send(post(body) + request('/healthz') + post(body));
  assert.ok(await raw.received(/200 OK[^]*echo[^]*OK[^]*200 OK[^]*echo/));
  raw.send(request('/healthz', 'Connection: close\r\n'));
  assert.match(await raw.end(), /Connection: close\r\n[^]*OK$/);
});

test('HTTP/1.0 is answered and closed', async () => {
  const raw = await server.connect();
  raw.send('GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n');
  assert.match(await raw.end(), /200 OK[^]*\r\n\r\nOK$/);
});

test('HEAD is GET without a body', async () => {
  const raw = await server.connect();
  raw.send(request('/healthz', 'Connection: close\r\n', 'HEAD'));
  assert.match(await raw.end(), /content-length: 2\r\n([^]*\r\n)?\r\n$/i);
});

test('a body may come in chunks and in pieces', async () => {
  const raw = await server.connect();
  raw.send(request('/v1/graphql', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', 'POST'));
  for (const letter of body) raw.send(`1\r\n${letter}\r\n`);
  raw.send('0\r\n\r\n');
  assert.ok(await raw.received(/"query":"echo"/));
});

test('Expect: 100-continue is answered', async () => {
  const raw = await server.connect();
  raw.send(request('/v1/graphql', `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n`, 'POST'));
  assert.ok(await raw.received(/^HTTP\/1.1 100 Continue\r\n\r\n/));
  raw.send(body);
  assert.ok(await raw.received(/200 OK[^]*echo/));
});

test('a connection that does not speak HTTP gets an error and is closed', async () => {
  for (const garbage of [
    'hello\r\n\r\n',
    'GET\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
    'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    'POST /v1/graphql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n',
    'GET / HTTP/1.1\r\n: no name\r\n\r\n',
    'GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n',
  ]) {
    const raw = await server.connect();
    raw.send(Buffer.from(garbage, 'latin1'));
    const text = await raw.end();
    assert.match(text, /^HTTP\/1.1 400 Bad Request\r\n/, JSON.stringify(garbage));
    assert.equal(JSON.parse(text.split('\r\n\r\n')[1]).code, 'bad-request');
  }
});

test('a request that a proxy could read as another one is refused, and nothing after it is read', async () => {
  const host = 'Host: localhost\r\n';
  const json = 'Content-Type: application/json\r\n';
  const smuggled = request('/v1/version');
  for (const [headers, why] of [
    ['', /one Host header/],
    [`${host}${host}`, /one Host header/],
    [`${host}Host: evil.example.com\r\n`, /one Host header/],
    ['Host:\r\n', /one Host header/],
    ['Host: \t\r\n', /one Host header/],
    ...['Origin', 'Sec-Fetch-Site', 'Content-Type', 'Authorization', 'X-Hasura-Role'].map((name) => [
      `${host}${name}: http://localhost\r\n${name.toUpperCase()}: http://localhost\r\n`,
      /repeats a header/,
    ]),
    ...['identity', 'gzip', 'gzip, chunked', 'chunked, chunked', 'Chunked', 'CHUNKED', 'xchunked', 'chunked;q=1', '"chunked"', ''].map((coding) => [
      `${host}${json}Transfer-Encoding: ${coding}\r\n`,
      /Transfer-Encoding is chunked|not a valid/,
    ]),
    [`${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`, /several lengths|not a valid/],
    [`${host}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n`, /several lengths|not a valid/],
    [`${host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`, /several lengths|not a valid/],
    [`${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`, /several lengths|not a valid/],
    [`${host}Content-Length: 5\r\nContent-Length: 6\r\n`, /several lengths|not a valid/],
    [`${host}Content-Length: 5\r\nContent-Length: 5\r\n`, /several lengths|not a valid/],
    [`${host}Content-Length: 5, 5\r\n`, /several lengths/],
    [`${host}Content-Length: +5\r\n`, /not a valid/],
    [`${host}Content-Length : 5\r\n`, /not a valid/],
  ]) {
    const raw = await server.connect();
    raw.send(`POST /v1/graphql HTTP/1.1\r\n${headers}\r\n0\r\n\r\n${smuggled}`);
    const text = await raw.end();
    assert.match(text, /^HTTP\/1.1 400 Bad Request\r\n/, headers);
    assert.equal(text.match(/HTTP\/1.1 \d/g).length, 1, headers);
    assert.match(JSON.parse(text.split('\r\n\r\n')[1]).error, why, headers);
  }
  for (const headers of [['Origin', server.url], ['Sec-Fetch-Site', 'same-origin']].map(([name, value]) => `${name}: ${value}\r\n`.repeat(2))) {
    const socket = await server.connect();
    socket.send(`GET /v1/graphql HTTP/1.1\r\n${host}${headers}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    assert.match(await socket.end(), /^HTTP\/1.1 400 [^]*repeats a header/, headers);
  }
  const nameless = await server.connect();
  nameless.send('GET /healthz HTTP/1.0\r\nHost:\r\n\r\n');
  assert.match(await nameless.end(), /^HTTP\/1.1 400 /);
  const old = await server.connect();
  old.send(`POST /v1/graphql HTTP/1.0\r\n${json}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
  assert.match(await old.end(), /^HTTP\/1.1 400 /);
});

test('a header that is too large is refused, in one piece or many', async () => {
  for (const header of [`X: ${'a'.repeat(20_000)}\r\n`, 'X: a\r\n'.repeat(5000)]) {
    const raw = await server.connect();
    raw.send(request('/healthz', header));
    assert.match(await raw.end(), /^HTTP\/1.1 431 /);
  }
  const raw = await server.connect();
  raw.send(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n`);
  assert.match(await raw.end(), /^HTTP\/1.1 431 /);
});

test('trailers and extensions of chunks have a limit, too', async () => {
  const chunked = request('/v1/graphql', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', 'POST');
  for (const endless of [`0\r\n${'x: y\r\n'.repeat(20_000)}`, `0\r\nx: ${'y'.repeat(100_000)}`, `2;${'a'.repeat(100_000)}`]) {
    const raw = await server.connect();
    raw.send(chunked + endless);
    assert.match(await raw.end(), /^HTTP\/1.1 4(31|00) /, endless.slice(0, 20));
  }
});

test('a body that is too large is refused before it is read, and the client reads why', async () => {
  const small = await start('body=1000');
  const declared = await small.connect();
  declared.send(post('x'.repeat(1001)));
  assert.match(await declared.end(), /^HTTP\/1.1 413 /);

  const chunked = await small.connect();
  chunked.send(request('/v1/graphql', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', 'POST'));
  for (let i = 0; i < 20; ++i) chunked.send(`64\r\n${'x'.repeat(100)}\r\n`);
  assert.match(await chunked.end(), /^HTTP\/1.1 413 /);

  const huge = await small.connect();
  huge.send(request('/v1/graphql', 'Content-Length: 99999999999\r\n', 'POST') + 'x'.repeat(1 << 20));
  assert.match(await huge.end(), /^HTTP\/1.1 413 /);
});

test('slow clients are disconnected and do not delay others', async () => {
  const strict = await start('header=1500', 'transfer=1500', 'slow=1000000000', 'idle=2500', 'workers=1');
  const slow = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const raw = await strict.connect();
      if (i % 2) raw.send('GET / HT');
      else raw.send(request('/v1/graphql', 'Content-Length: 10\r\n', 'POST') + '{');
      return raw;
    }),
  );
  const silent = await strict.connect();
  assert.equal((await strict.query('echo')).data.query, 'echo');
  for (const raw of slow) assert.equal(await raw.end(), '');
  assert.equal(await silent.end(), '');
  assert.equal((await strict.query('echo')).data.query, 'echo');
});

test('a client that does not read its response is disconnected', async () => {
  const strict = await start('transfer=1000', 'slow=1000000000');
  const raw = await strict.connect();
  raw.socket.pause();
  raw.send(post(JSON.stringify({ query: 'big 50000000' })));
  const metrics = async () => (await fetch(`${strict.url}/metrics`)).text();
  for (let text = ''; !/edo_server_connections 1\n/.test(text) || !/bytes_total [1-9]\d{7}/.test(text); ) {
    text = await metrics();
  }
  raw.socket.destroy();
});

test('beyond the limit of connections one is closed at once', async () => {
  const few = await start('connections=2');
  const first = await few.connect();
  const second = await few.connect();
  second.send(request('/healthz'));
  assert.ok(await second.received(/OK$/));
  const third = await few.connect();
  assert.equal(await third.end(), '');
  first.socket.destroy();
  second.socket.destroy();
});

test('health responds while every worker is busy, and a full queue refuses requests', async () => {
  const busy = await start('workers=1', 'waiting=1');
  const requests = Array.from({ length: 5 }, () => busy.post({ query: 'sleep 400' }));
  assert.equal(await (await fetch(`${busy.url}/healthz`)).text(), 'OK');
  const statuses = (await Promise.all(requests)).map((response) => response.status);
  assert.ok(statuses.includes(200));
  assert.ok(statuses.includes(503));
});

test('responses are compressed as the client requests', async () => {
  const get = (coding) =>
    new Promise((resolve, reject) => {
      const sent = http.request(server.graphql, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-encoding': coding } });
      sent.on('response', (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve([response.headers['content-encoding'], Buffer.concat(parts)]));
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query: 'big 10000' }));
    });
  const expected = JSON.stringify({ data: 'x'.repeat(10000) });
  const [gzip, zipped] = await get('gzip');
  assert.equal(gzip, 'gzip');
  assert.ok(zipped.length < 1000);
  assert.equal(gunzipSync(zipped).toString(), expected);
  const [deflate, deflated] = await get('deflate');
  assert.equal(deflate, 'deflate');
  assert.equal(inflateSync(deflated).toString(), expected);
  const [none, plain] = await get('identity');
  assert.equal(none, undefined);
  assert.equal(plain.toString(), expected);
});

test('a hundred clients at once all get their own response', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => server.query('echo', { variables: { i } })),
  );
  answers.forEach((answer, i) => assert.equal(answer.data.variables.i, i));
});

test('access by secret and role', async () => {
  const closed = await start('secret=s3cret');
  const open = await start('secret=s3cret', 'role=anonymous');
  const secret = { 'x-hasura-admin-secret': 's3cret' };
  const role = async (at, headers) => {
    const answer = await at.query('echo', { headers });
    return answer.data?.role ?? answer.errors[0].message;
  };
  const missing = 'x-hasura-admin-secret/x-hasura-access-key required, but not found';
  const invalid = 'invalid x-hasura-admin-secret/x-hasura-access-key';
  assert.equal(await role(server, {}), 'admin');
  assert.equal(await role(server, { 'x-hasura-role': 'user' }), 'user');
  assert.equal(await role(closed, {}), missing);
  assert.equal(await role(closed, { 'x-hasura-role': 'user' }), missing);
  assert.equal(await role(closed, { 'x-hasura-admin-secret': 'no' }), invalid);
  assert.equal(await role(closed, secret), 'admin');
  assert.equal(await role(closed, { 'X-Hasura-Access-Key': 's3cret' }), 'admin');
  assert.equal(await role(closed, { ...secret, 'x-hasura-role': 'user' }), 'user');
  assert.equal(await role(open, {}), 'anonymous');
  assert.equal(await role(open, { 'x-hasura-role': 'admin' }), 'anonymous');
  assert.equal(await role(open, { 'x-hasura-admin-secret': 'no' }), invalid);
  assert.equal((await closed.post(body)).status, 200);
  assert.equal((await closed.post(body, {}, '/v1alpha1/graphql')).status, 401);
});

test('a page of a name that was rebound to this machine is refused', async () => {
  const raw = await server.connect();
  raw.send('GET /v1/version HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n');
  assert.match(await raw.end(), /^HTTP\/1.1 403 /);
});

test('SIGTERM finishes running requests, accepts no new ones, and closes idle connections', async () => {
  const ending = await start();
  const idle = await ending.connect();
  idle.send(request('/healthz'));
  assert.ok(await idle.received(/OK$/));
  const begun = await ending.connect();
  begun.send(post(JSON.stringify({ query: 'sleep 500' })));
  // It has begun when it is no longer in line: the one after it has been answered by the other worker.
  await ending.query('echo');
  const code = ending.stop();
  assert.match(await begun.end(), /200 OK[^]*Connection: close[^]*sleep 500/);
  await idle.end();
  assert.equal(await code, 0);
  await assert.rejects(fetch(ending.url));
});

test('SIGTERM ends in time, whatever clients do', async () => {
  const ending = await start('drain=200');
  const stuck = await ending.connect();
  stuck.send('GET / HT');
  assert.equal((await ending.query('echo')).data.query, 'echo');
  assert.equal(await ending.stop(), 1);
});
