// Clients that want to keep others waiting: what a client can hold, and for how long.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';

import { until } from '../support/private.mjs';
import { Server, request } from '../support/server.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'edo-hostile-'));
const store = path.join(folder, 'demo.db');
const started = [];
async function start(program, args, environment) {
  const server = await Server.start(program, args, environment);
  started.push(server);
  return server;
}
const serve = (...args) =>
  start(process.env.EDO, ['serve', '--store', store, '--listen', '127.0.0.1:0', ...args], { EDO_ADMIN_SECRET: 's3cret' });
const fake = (...args) => start(process.env.EDO_FAKE_SERVER, args);
const admin = { headers: { 'x-hasura-admin-secret': 's3cret' } };

before(() => execFileSync(process.env.EDO, ['demo', '--store', store, '--invocations', '1500', '--seed', '7']));
after(async () => {
  await Promise.all(started.map((each) => each.stop('SIGKILL')));
  rmSync(folder, { recursive: true });
});

const json = 'Content-Type: application/json\r\n';
const posted = (query, headers = '') => {
  const body = JSON.stringify({ query });
  return request('/v1/graphql', `${json}${headers}Content-Length: ${body.length}\r\n`, 'POST') + body;
};
async function metric(server, name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(text.match(new RegExp(`^${name} (.*)$`, 'm'))[1]);
}
/** Counts how many of the promises have ended. */
function watched(promises) {
  const state = { ended: 0, all: Promise.all(promises) };
  for (const each of promises) each.finally(() => state.ended++).catch(() => {});
  return state;
}

// A webhook that is silent until it is told to answer.
async function silentWebhook() {
  const open = new Set();
  const hook = http.createServer((asked, response) => {
    hook.count++;
    open.add(response);
    response.on('close', () => open.delete(response));
  });
  hook.count = 0;
  hook.open = open;
  hook.answer = () => open.forEach((response) => response.end('{"x-hasura-role": "user"}'));
  await new Promise((resolve) => hook.listen(0, '127.0.0.1', resolve));
  hook.url = `http://127.0.0.1:${hook.address().port}/`;
  started.push({ stop: () => new Promise((resolve) => { hook.close(resolve); hook.closeAllConnections(); }) });
  return hook;
}

test('a webhook that does not answer delays nobody who does not need it', async () => {
  const hook = await silentWebhook();
  const server = await serve('--auth-hook', hook.url, '--workers', '1');
  const waiting = watched(Array.from({ length: 20 }, () => server.query('{ __typename }')));
  const sockets = Array.from({ length: 5 }, () => {
    const socket = new WebSocket(server.socket, 'graphql-transport-ws');
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    return socket;
  });
  await until(() => hook.count === 25, 'all questions');
  for (let i = 0; i < 20; ++i) assert.ok((await server.query('{ invocations(limit: 1) { id } }', admin)).data);
  assert.equal((await fetch(`${server.url}/edo/info`, admin)).status, 200);
  assert.equal(waiting.ended, 0);
  const heard = sockets.map((socket) => once(socket, 'message'));
  hook.answer();
  for (const { data } of await waiting.all) assert.equal(data.__typename, 'query_root');
  for (const [data] of await Promise.all(heard)) assert.equal(JSON.parse(data).type, 'connection_ack');
  sockets.forEach((socket) => socket.terminate());
  await server.stop();
});

test('a webhook is no longer asked for a client that has left', async () => {
  const hook = await silentWebhook();
  const server = await serve('--auth-hook', hook.url);
  const raw = await server.connect();
  raw.send(posted('{ __typename }'));
  const halfway = await server.connect();
  halfway.send(posted('{ __typename }'));
  halfway.socket.end();
  const socket = new WebSocket(server.socket, 'graphql-transport-ws');
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('error', () => {});
  await until(() => hook.count === 3, 'the questions');
  raw.socket.destroy();
  socket.terminate();
  await until(() => hook.open.size === 0, 'the end of the questions');
  await server.stop();
  assert.doesNotMatch(server.errors(), /no answer within/); // they did not end by themselves
});

test('a bounded number of requests waits for the webhook, and further ones are refused at once', async () => {
  const hook = await silentWebhook();
  const server = await serve('--auth-hook', hook.url);
  const agent = new http.Agent({ maxSockets: Infinity });
  const ask = () => new Promise((resolve, reject) => {
    const sent = http.request(server.graphql, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve(JSON.parse(text));
    });
    sent.on('error', reject);
    sent.end('{"query": "{ __typename }"}');
  });
  const first = watched(Array.from({ length: 256 }, ask));
  await until(() => hook.count === 256, '256 questions');
  for (let i = 0; i < 10; ++i) {
    const { errors } = await ask();
    assert.equal(errors[0].message, 'too many requests wait for the authentication webhook; try again');
    assert.equal(errors[0].extensions.code, 'unexpected');
  }
  assert.equal(first.ended, 0);
  assert.ok((await server.query('{ __typename }', admin)).data);
  hook.answer();
  for (const { data } of await first.all) assert.equal(data.__typename, 'query_root');
  assert.equal(hook.count, 256);
  agent.destroy();
  await server.stop();
});

test('an upgrade of a path without WebSocket is not answered by the thread of the network', async () => {
  const hook = await silentWebhook();
  const server = await serve('--auth-hook', hook.url);
  for (const target of ['/edo/info', '/edo/sql']) {
    const raw = await server.connect();
    raw.send(request(target, 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'));
    assert.match(await raw.end(), /^HTTP\/1.1 400 [^]*there is no WebSocket at this path/, target);
  }
  assert.equal(hook.count, 0);
  await server.stop();
});

test('a silent reader of a large answer delays no small operation', async () => {
  const server = await serve('--workers', '1', '--memory', '64');
  const secret = 'x-hasura-admin-secret: s3cret\r\n';
  // Some 12 MB, of which a second one does not fit beside the first.
  const rows = (i) => `a${i}: job_logs(limit: 6000) { id message data created_at level source }`;
  const large = `{ ${Array.from({ length: 10 }, (_, i) => rows(i)).join(' ')} }`;
  const silent = await server.connect();
  silent.socket.pause();
  silent.send(posted(large, secret));
  await until(async () => (await metric(server, 'edo_server_response_bytes_total')) > 10_000_000, 'its answer');
  // When the first is answered, the second is in the hands of the server.
  const waiting = await server.connect();
  waiting.send(request('/healthz') + posted(large, secret));
  assert.ok(await waiting.received(/OK$/));
  assert.ok((await server.query('{ invocations(limit: 1) { id } }', admin)).data);
  assert.equal(waiting.text.match(/HTTP\/1.1/g).length, 1, 'the memory was not taken');
  assert.ok(await waiting.received(/HTTP\/1.1 200 OK[^]*HTTP\/1.1 200 OK/));
  for (const raw of [silent, waiting]) raw.socket.destroy();
  await server.stop();
});

// In both, only a shortage of memory disconnects anybody. No system's buffers take answers of this size.
const patient = ['transfer=1000000000', 'stall=1000000000', 'memory=40000000', 'workers=1'];

test('who takes nothing is disconnected when others need the memory', async () => {
  const server = await fake(...patient);
  const raw = await server.connect();
  raw.socket.pause();
  raw.send(posted('big 39000000'));
  await until(async () => (await metric(server, 'edo_server_response_bytes_total')) > 39000000, 'the large answer');
  const { data } = await until(async () => {
    const answer = await server.query('big 30000000');
    return answer.data && answer;
  }, 'the memory');
  assert.equal(data.length, 30000000);
  raw.socket.destroy();
});

test('answers over WebSocket are counted until they are sent, too', async () => {
  const server = await fake(...patient);
  const socket = new WebSocket(server.socket, 'graphql-transport-ws', { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket._socket.pause();
  for (let i = 0; i < 20; ++i) socket.send(JSON.stringify({ type: 'subscribe', id: `${i}`, payload: { query: 'big 3000000' } }));
  await until(async () => (await metric(server, 'edo_server_websockets')) === 0, 'the end of the WebSocket');
  assert.equal((await server.query('big 30000000')).data.length, 30000000);
  socket.terminate();
});

test('a client that takes nothing is disconnected, over HTTP and over WebSocket', async () => {
  const server = await fake('transfer=1000000000', 'stall=1000');
  const raw = await server.connect();
  raw.socket.pause();
  raw.send(posted('big 50000000'));
  const socket = new WebSocket(server.socket, 'graphql-transport-ws', { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket._socket.pause();
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'big 50000000' } }));
  // Whatever else it says.
  const pings = setInterval(() => socket.readyState === WebSocket.OPEN && socket.ping(), 100);
  await until(async () => (await metric(server, 'edo_server_connections_total')) >= 2 && (await metric(server, 'edo_server_websockets')) === 0, 'the end of the WebSocket');
  await until(async () => (await metric(server, 'edo_server_connections')) === 1, 'the end of the connection');
  clearInterval(pings);
  raw.socket.destroy();
  socket.terminate();
});

test('large requests share a bounded memory, and small ones do not need it', async () => {
  const server = await fake('incoming=400000', 'transfer=1000000000');
  const unfinished = await server.connect();
  unfinished.send(request('/v1/graphql', `${json}Content-Length: 300001\r\n`, 'POST') + `{"query":"${'x'.repeat(200000)}`);
  const large = JSON.stringify({ query: 'echo', operationName: 'x'.repeat(200000) });
  const refused = await until(async () => {
    const response = await server.post(large).catch(() => null);
    return response?.status === 503 && response;
  }, 'a refusal');
  assert.equal((await refused.json()).error, "other requests need the server's memory; try again");
  const socket = new WebSocket(server.socket, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(large);
  assert.equal((await once(socket, 'close'))[0], 1013);
  assert.equal((await server.query('echo')).data.query, 'echo');
  unfinished.socket.destroy();
  for (let i = 0; i < 5; ++i) await until(async () => (await server.post(large)).status === 200, 'the memory');
});

test('a request whose client has left before its turn is not executed', async () => {
  const server = await fake('workers=1', 'waiting=100');
  const busy = server.post({ query: 'sleep 8000' });
  await until(async () => (await metric(server, 'edo_server_connections')) >= 2, 'the first request');
  const gone = await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const raw = await server.connect();
    raw.send(posted(`set gone ${i + 1}`));
    return raw;
  }));
  await until(async () => (await metric(server, 'edo_server_waiting_requests')) === 20, 'the line');
  gone.forEach((raw) => raw.socket.destroy());
  await until(async () => (await metric(server, 'edo_server_connections')) <= 2, 'their end');
  await busy;
  await server.query('echo');
  assert.equal(await metric(server, 'edo_server_operations_total{outcome="ok"}'.replace(/[{}"]/g, '\\$&')), 2);
});
