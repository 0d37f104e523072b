// TLS on the same port, for HTTP and for WebSocket.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import WebSocket from 'ws';

import { Server } from '../support/server.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'edo-tls-'));
const cert = path.join(folder, 'cert.pem');
const key = path.join(folder, 'key.pem');
let server;

before(async () => {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-keyout', key, '-out', cert,
  ], { stdio: 'ignore' });
  server = await Server.start(process.env.EDO_FAKE_SERVER, [`cert=${cert}`, `key=${key}`, 'header=2000']);
});
after(async () => {
  await server.stop('SIGKILL');
  rmSync(folder, { recursive: true });
});

const ca = () => readFileSync(cert);

function post(query) {
  return new Promise((resolve, reject) => {
    const sent = https.request(`https://${server.address}/v1/graphql`, {
      method: 'POST', ca: ca(), headers: { 'content-type': 'application/json' },
    });
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve(JSON.parse(text)));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ query }));
  });
}

test('small and large requests work over TLS', async () => {
  assert.equal((await post('echo')).data.query, 'echo');
  assert.equal((await post('big 5000000')).data.length, 5_000_000);
});

test('a WebSocket opens over TLS', async () => {
  const socket = new WebSocket(`wss://${server.address}/v1/graphql`, 'graphql-transport-ws', { ca: ca() });
  const answer = await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (message) => resolve(String(message)));
  });
  assert.equal(answer, '{"type":"connection_ack"}');
  socket.close();
});

test('old versions of TLS are refused', async () => {
  const socket = tls.connect({
    port: server.port, ca: ca(), maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0',
  });
  await assert.rejects(new Promise((resolve, reject) => {
    socket.on('secureConnect', resolve);
    socket.on('error', reject);
  }));
});

test('a client that does not speak TLS, or is silent, is disconnected', async () => {
  const plain = await server.connect();
  plain.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.doesNotMatch(await plain.end(), /HTTP/);
  const silent = await server.connect();
  assert.equal(await silent.end(), '');
  assert.equal((await post('echo')).data.query, 'echo');
});
