// Who may ask: tokens, webhooks and Hasura's environment variables, with the program `edo serve`.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createClient } from 'graphql-ws';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import WebSocket from 'ws';

import { Server } from '../support/server.mjs';
import { claims, jwk, keyPairs, now, pem, sign, unsigned } from '../support/tokens.mjs';

const edo = process.env.EDO;
const folder = mkdtempSync(path.join(tmpdir(), 'edo-auth-'));
const store = path.join(folder, 'demo.db');
const metadata = path.join(folder, 'metadata');
const secret = 'a secret that is long enough for HS512, which wants sixty-four bytes';
const started = [];

async function serve(args = [], environment = {}) {
  const own = args.includes('--metadata') ? [] : ['--metadata', metadata];
  const all = ['serve', '--store', store, '--listen', '127.0.0.1:0', ...own, ...args];
  const server = await Server.start(edo, all, { EDO_ADMIN_SECRET: 's3cret', ...environment });
  started.push(server);
  return server;
}
const serveTokens = (jwt, args = []) => serve(['--jwt-secret', JSON.stringify(jwt), ...args]);

function failed(args, environment = {}) {
  const all = ['serve', '--store', store, '--metadata', metadata, '--listen', '127.0.0.1:0', ...args];
  const { status, stdout, stderr } = spawnSync(edo, all, {
    env: { ...process.env, EDO_ADMIN_SECRET: 's3cret', ...environment },
    timeout: 20_000,
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.notEqual(status, 0);
  assert.ok(status !== null, 'it started');
  return stderr;
}

// Each role sees itself in the columns that it has: reader a status, editor an id as well.
before(() => {
  execFileSync(edo, ['demo', '--store', store, '--invocations', '40', '--seed', '7']);
  mkdirSync(path.join(metadata, 'databases'), { recursive: true });
  writeFileSync(path.join(metadata, 'version.yaml'), 'version: 3\n');
  writeFileSync(path.join(metadata, 'databases', 'databases.yaml'), `
- name: default
  kind: postgres
  tables:
    - table: {schema: public, name: invocations}
      select_permissions:
        - role: reader
          permission: {columns: [status], filter: {status: X-Hasura-Status}}
        - role: editor
          permission: {columns: [id, status], filter: {}}
        - role: anonymous
          permission: {columns: [source_function], filter: {}}
`);
});
after(async () => {
  await Promise.all(started.map((each) => each.stop('SIGKILL')));
  rmSync(folder, { recursive: true });
});

const bearer = (token) => ({ authorization: `Bearer ${token}` });
async function ask(server, headers, query = '{ invocations { status } }') {
  return server.query(query, { headers });
}
// The columns that a role sees; or why it sees none.
async function columns(server, headers) {
  const { data, errors } = await ask(server, headers, '{ __type(name: "invocations") { fields { name } } }');
  return errors ? errors[0].message : data.__type.fields.map((field) => field.name).join();
}
async function refusal(server, headers) {
  const { errors } = await ask(server, headers);
  assert.ok(errors, 'it was answered');
  return [errors[0].extensions.code, errors[0].message];
}
const invalid = (why) => ['invalid-jwt', `Could not verify JWT: ${why}`];

test('every algorithm, with the key that it is for', async () => {
  const certificate = path.join(folder, 'certificate.pem');
  writeFileSync(path.join(folder, 'key.pem'), keyPairs.rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  execFileSync('openssl', ['req', '-x509', '-key', path.join(folder, 'key.pem'), '-subj', '/CN=x', '-out', certificate]);
  for (const [type, key, signing, algorithm = type] of [
    ['HS256', secret, secret], ['HS384', secret, secret], ['HS512', secret, secret],
    ['RS256', pem(keyPairs.rsa), keyPairs.rsa.privateKey], ['RS384', pem(keyPairs.rsa), keyPairs.rsa.privateKey],
    ['RS512', pem(keyPairs.rsa, 'pkcs1'), keyPairs.rsa.privateKey],
    ['RS256', readFileSync(certificate, 'utf8'), keyPairs.rsa.privateKey],
    ['PS256', pem(keyPairs.rsa), keyPairs.rsa.privateKey], ['PS512', pem(keyPairs.rsa), keyPairs.rsa.privateKey],
    ['ES256', pem(keyPairs.p256), keyPairs.p256.privateKey], ['ES384', pem(keyPairs.p384), keyPairs.p384.privateKey],
    ['ES512', pem(keyPairs.p521), keyPairs.p521.privateKey],
    ['Ed25519', pem(keyPairs.ed25519), keyPairs.ed25519.privateKey, 'EdDSA'],
  ]) {
    const server = await serveTokens({ type, key });
    const { data } = await ask(server, bearer(sign(algorithm, signing)));
    assert.ok(data?.invocations.length > 0, type);
    assert.ok(data.invocations.every((row) => row.status === 'failed'), type);
    assert.equal(await server.stop(), 0);
  }
});

test('a signature that is not by the key is refused', async () => {
  const { rsa, other, p256 } = keyPairs;
  const rs = await serveTokens({ type: 'RS256', key: pem(rsa) });
  const good = sign('RS256', rsa.privateKey);
  const [header, payload, signature] = good.split('.');
  const { data } = await ask(rs, bearer(good));
  assert.ok(data.invocations.length > 0);
  for (const [what, token] of Object.entries({
    unsigned: unsigned({ alg: 'none' }),
    'unsigned with a signature': unsigned({ alg: 'none' }, claims(), signature),
    'none in capitals': unsigned({ alg: 'NONE' }),
    'no algorithm': unsigned({}, claims(), signature),
    'the public key as a secret': sign('HS256', pem(rsa)),
    'another algorithm of the key': sign('RS512', rsa.privateKey),
    'another padding': sign('PS256', rsa.privateKey),
    'a header that lies': sign('RS512', rsa.privateKey, claims(), { alg: 'RS256' }),
    'another key': sign('RS256', other.privateKey),
    'another kind of key': sign('ES256', p256.privateKey),
    'other claims': `${header}.${sign('RS256', rsa.privateKey, claims({ x: 1 })).split('.')[1]}.${signature}`,
    'no signature': `${header}.${payload}.`,
    'half a signature': good.slice(0, -100),
    'an extension that is critical': sign('RS256', rsa.privateKey, claims(), { crit: ['b64'], b64: false }),
    'padding': `${good}=`,
    'a key in the header': sign('RS256', other.privateKey, claims(), { jwk: jwk(other) }),
  })) {
    assert.deepEqual(await refusal(rs, bearer(token)), invalid('JWSError JWSInvalidSignature'), what);
  }
  for (const token of ['x', 'x.y', `${good}.x`, '..', '']) {
    const [code] = await refusal(rs, bearer(token));
    assert.match(code, /invalid-(jwt|headers)/, token);
  }
  const es = await serveTokens({ type: 'ES256', key: pem(p256) });
  const zero = Buffer.alloc(64).toString('base64url');
  for (const token of [
    unsigned({ alg: 'ES256' }, claims(), zero), unsigned({ alg: 'ES256' }), sign('HS256', pem(p256)),
    sign('ES384', keyPairs.p384.privateKey, claims(), { alg: 'ES256' }),
  ]) {
    assert.deepEqual(await refusal(es, bearer(token)), invalid('JWSError JWSInvalidSignature'));
  }
  const hs = await serveTokens({ type: 'HS256', key: secret });
  for (const token of [sign('HS256', `${secret}.`), sign('HS512', secret), unsigned({ alg: 'HS256' })]) {
    assert.deepEqual(await refusal(hs, bearer(token)), invalid('JWSError JWSInvalidSignature'));
  }
});

test('times, audience and issuer of a token', async () => {
  const token = (more) => bearer(sign('HS256', secret, claims({ iss: 'https://issuer', ...more })));
  const server = await serveTokens({
    type: 'HS256', key: secret, audience: ['one', 'two'], issuer: 'https://issuer', allowed_skew: 60,
  });
  for (const more of [
    { aud: 'one' }, { aud: ['other', 'two'] }, { aud: 'one', exp: now() - 30 },
    { aud: 'one', nbf: now() + 30, iat: now() + 30 }, { aud: 'one', exp: now() + 0.5 }, { aud: 'one', exp: 1e300 },
    { aud: 'one', exp: undefined },
  ]) {
    assert.equal(await columns(server, token(more)), 'status', JSON.stringify(more));
  }
  for (const [more, why] of [
    [{ aud: 'one', exp: now() - 61 }, 'JWTExpired'], [{ aud: 'one', exp: 0 }, 'JWTExpired'],
    [{ aud: 'one', exp: -1e300 }, 'JWTExpired'], [{ aud: 'one', nbf: now() + 90 }, 'JWTNotYetValid'],
    [{ aud: 'one', iat: now() + 90 }, 'JWTIssuedAtFuture'], [{}, 'JWTNotInAudience'], [{ aud: 'three' }, 'JWTNotInAudience'],
    [{ aud: [] }, 'JWTNotInAudience'], [{ aud: 'one', iss: 'https://other' }, 'JWTNotInIssuer'], [{ aud: 'one', iss: undefined }, 'JWTNotInIssuer'],
    [{ aud: 'one', exp: null }, 'JWTClaimsSetDecodeError "exp must be a number"'],
    [{ aud: 'one', exp: 'soon' }, 'JWTClaimsSetDecodeError "exp must be a number"'],
  ]) {
    assert.deepEqual(await refusal(server, token(more)), invalid(why), JSON.stringify(more));
  }
});

test('roles and session variables come from the token alone', async () => {
  const server = await serveTokens({ type: 'HS256', key: secret });
  const reader = bearer(sign('HS256', secret));
  assert.equal(await columns(server, reader), 'status');
  assert.equal(await columns(server, { ...reader, 'x-hasura-role': 'editor' }), 'id,status');
  for (const role of ['admin', 'anonymous', 'Editor']) {
    assert.deepEqual(await refusal(server, { ...reader, 'x-hasura-role': role }),
      ['access-denied', 'Your requested role is not in allowed roles']);
  }
  const { data } = await ask(server, { ...reader, 'x-hasura-status': 'completed' });
  assert.ok(data.invocations.every((row) => row.status === 'failed'));
  const real = await server.post({ query: '{ __typename }' }, { ...reader, 'x-hasura-role': 'admin' }, '/v1alpha1/graphql');
  assert.equal(real.status, 400);

  // The secret wins over a token, also a bad one.
  const both = { 'x-hasura-admin-secret': 's3cret', ...bearer('x') };
  assert.match(await columns(server, both), /source_function/);
  assert.equal(await columns(server, { ...reader, 'x-hasura-admin-secret': 'wrong' }),
    'invalid x-hasura-admin-secret/x-hasura-access-key');

  assert.deepEqual(await refusal(server, {}),
    ['invalid-headers', "Missing 'Authorization' or 'Cookie' header in JWT authentication mode"]);
  for (const authorization of ['Basic eDp5', 'Bearer', 'Bearer a b', 'x', '']) {
    assert.match((await refusal(server, { authorization }))[1], /Malformed Authorization header|Missing/);
  }
  for (const [hasura, code, message] of [
    [{ 'x-hasura-allowed-roles': undefined }, 'jwt-missing-role-claims', 'JWT claim does not contain x-hasura-allowed-roles'],
    [{ 'x-hasura-default-role': undefined }, 'jwt-missing-role-claims', 'JWT claim does not contain x-hasura-default-role'],
    [{ 'x-hasura-allowed-roles': 'reader' }, 'jwt-invalid-claims',
      'invalid x-hasura-allowed-roles; should be a list of roles: parsing [] failed, expected Array, but encountered String'],
    [{ 'x-hasura-default-role': 'admin' }, 'access-denied', 'Your requested role is not in allowed roles'],
    [{ 'x-hasura-status': 7 }, 'jwt-invalid-claims',
      'x-hasura-* claims: parsing Text failed, expected String, but encountered Number'],
  ]) {
    const token = sign('HS256', secret, claims({}, { 'X-Hasura-Status': undefined, ...hasura }));
    assert.deepEqual(await refusal(server, bearer(token)), [code, message]);
  }
  assert.deepEqual(await refusal(server, bearer(sign('HS256', secret, { sub: 'me' }))),
    ['jwt-invalid-claims', "claims key: 'https://hasura.io/jwt/claims' not found"]);
  assert.equal((await fetch(`${server.url}/edo/info`, { headers: reader })).status, 401);
});

test('claims are found where the configuration says', async () => {
  const own = { 'x-hasura-allowed-roles': ['editor'], 'x-hasura-default-role': 'editor' };
  for (const [jwt, payload, expected] of [
    [{ claims_namespace: 'mine' }, { mine: own }, 'id,status'],
    [{ claims_namespace_path: '$.a.b' }, { a: { b: own } }, 'id,status'],
    [{ claims_namespace_path: '$' }, own, 'id,status'],
    [{ claims_namespace_path: '$.a.b' }, { a: own }, "claims not found at claims_namespace_path: '$.a.b'"],
    [{ claims_namespace: 'mine', claims_format: 'stringified_json' }, { mine: JSON.stringify(own) }, 'id,status'],
    [{ claims_namespace: 'mine', claims_format: 'stringified_json' }, { mine: own },
      'expecting a string when claims_format is stringified_json'],
    [{ claims_namespace: 'mine', claims_format: 'stringified_json' }, { mine: '{' },
      "expecting stringified json at: 'claims_namespace mine', but found: {"],
    [{ claims_namespace: 'mine' }, { mine: JSON.stringify(own) }, 'expecting a json object when claims_format is json'],
  ]) {
    const server = await serveTokens({ type: 'HS256', key: secret, ...jwt });
    assert.equal(await columns(server, bearer(sign('HS256', secret, payload))), expected);
    await server.stop();
  }

  const map = {
    'x-hasura-allowed-roles': { path: "$.['https://app/claims'].roles", default: ['editor'] },
    'x-hasura-default-role': { path: "$.['https://app/claims'].roles[0]", default: 'editor' },
    'x-hasura-status': { path: '$.status' },
    'x-hasura-fixed': 'fixed',
  };
  const server = await serveTokens({ type: 'HS256', key: secret, claims_map: map });
  for (const [payload, expected] of [
    [{ 'https://app/claims': { roles: ['reader', 'editor'] }, status: 'failed' }, 'status'],
    [{ status: 'failed' }, 'id,status'],
    [{ 'https://app/claims': { roles: ['reader'] } }, 'JWT claim from claims_map, x-hasura-status not found'],
    [{ 'https://app/claims': { roles: 'reader' }, status: 'x' },
      'invalid x-hasura-allowed-roles; should be a list of roles: parsing [] failed, expected Array, but encountered String'],
  ]) {
    assert.equal(await columns(server, bearer(sign('HS256', secret, payload))), expected);
  }
});

test('a token in a cookie or in a header of its own', async () => {
  const token = sign('HS256', secret);
  const cookie = await serveTokens({ type: 'HS256', key: secret, header: { type: 'Cookie', name: 'Session' } });
  assert.equal(await columns(cookie, { cookie: `a=b; Session=${token} ;c=d` }), 'status');
  assert.match(await columns(cookie, bearer(token)), /^Missing/);
  assert.match(await columns(cookie, { cookie: `session=${token}` }), /^Missing/);
  const own = await serveTokens({ type: 'HS256', key: secret, header: { type: 'CustomHeader', name: 'X-Token' } });
  assert.equal(await columns(own, { 'x-token': token }), 'status');
});

test('several issuers, told apart by their names', async () => {
  const other = `${secret} of another`;
  const both = [{ type: 'HS256', key: secret, issuer: 'one' }, { type: 'HS256', key: other, issuer: 'two' }];
  const server = await serve([], { HASURA_GRAPHQL_JWT_SECRETS: JSON.stringify(both), HASURA_GRAPHQL_JWT_SECRET: '{}' });
  assert.equal(await columns(server, bearer(sign('HS256', secret, claims({ iss: 'one' })))), 'status');
  assert.equal(await columns(server, bearer(sign('HS256', other, claims({ iss: 'two' })))), 'status');
  assert.deepEqual(await refusal(server, bearer(sign('HS256', other, claims({ iss: 'one' })))),
    invalid('JWSError JWSInvalidSignature'));
  assert.deepEqual(await refusal(server, bearer(sign('HS256', secret, claims({ iss: 'three' })))), invalid('JWTNotInIssuer'));
  assert.deepEqual(await refusal(server, bearer(sign('HS256', secret))),
    ['invalid-headers', 'Could not verify JWT: Multiple JWTs found']);
});

test('without a token, the unauthorized role', async () => {
  const server = await serveTokens({ type: 'HS256', key: secret }, ['--unauthorized-role', 'anonymous']);
  assert.equal(await columns(server, { 'x-hasura-role': 'editor' }), 'source_function');
  assert.match(await columns(server, bearer('x')), /^Could not verify JWT/);
});

// A server that answers with what `answer` returns.
async function listen(answer, make = (handler) => http.createServer(handler)) {
  const asked = [];
  const waiting = [];
  const server = make(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    asked.push({ method: request.method, url: request.url, headers: request.headers, body });
    const { status = 200, headers = {}, text = '', silent = false } = answer(asked.length, asked.at(-1));
    if (!silent) response.writeHead(status, headers).end(text);
    waiting.splice(0).forEach((resolve) => resolve());
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  started.push({ stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }) });
  return {
    port: server.address().port,
    url: `http://localhost:${server.address().port}/`,
    asked,
    async times(count) {
      while (asked.length < count) await new Promise((resolve) => waiting.push(resolve));
    },
  };
}
const keySet = (...keys) => JSON.stringify({ keys });

test('published keys: the right one of several, and none that is for something else', async () => {
  const { rsa, other, p256, p384, p521, ed25519, weak } = keyPairs;
  const { url, asked } = await listen(() => ({
    text: keySet(
      jwk(rsa, { kid: 'rsa', alg: 'RS256', use: 'sig' }), jwk(other, { kid: 'encryption', use: 'enc' }), jwk(p256, { kid: 'p256' }),
      jwk(p384), jwk(p521), jwk(ed25519, { alg: 'EdDSA' }), jwk(weak), { kty: 'oct', k: Buffer.from(secret).toString('base64url') },
      { ...jwk(p256, { kid: 'off the curve' }), y: jwk(p256).x }, { kty: 'RSA', n: '!', e: 'AQAB' }, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, { kty: 'OKP' }, 7, null),
  }));
  const server = await serveTokens({ jwk_url: `${url}keys?a=b` });
  assert.equal(asked[0].url, '/keys?a=b');
  for (const token of [
    sign('RS256', rsa.privateKey, claims(), { kid: 'rsa' }), sign('RS256', rsa.privateKey), sign('ES256', p256.privateKey, claims(), { kid: 'p256' }),
    sign('ES384', p384.privateKey, claims(), { kid: 'unknown' }), sign('ES512', p521.privateKey), sign('EdDSA', ed25519.privateKey),
    sign('EdDSA', ed25519.privateKey, claims(), { alg: 'Ed25519' }),
  ]) {
    assert.equal(await columns(server, bearer(token)), 'status');
  }
  for (const token of [
    sign('RS512', rsa.privateKey), sign('RS256', rsa.privateKey, claims(), { kid: 'p256' }), sign('RS256', other.privateKey),
    sign('ES256', p256.privateKey, claims(), { kid: 'off the curve' }),
    sign('RS256', weak.privateKey), sign('HS256', secret),
  ]) {
    assert.deepEqual(await refusal(server, bearer(token)), invalid('JWSError JWSInvalidSignature'));
  }
});

test('published keys are fetched again as the answer says', async () => {
  const { rsa, other } = keyPairs;
  const fresh = await listen((count) => ({
    headers: { 'cache-control': 'no-cache' },
    text: keySet(jwk(count === 1 ? rsa : other)),
  }));
  const server = await serveTokens({ jwk_url: fresh.url });
  await fresh.times(3);
  assert.equal(await columns(server, bearer(sign('RS256', other.privateKey))), 'status');
  assert.deepEqual(await refusal(server, bearer(sign('RS256', rsa.privateKey))), invalid('JWSError JWSInvalidSignature'));

  // What cannot be had leaves the keys as they are, and no start waits for it.
  const failing = await listen((count) => ({ status: count === 2 ? 503 : 200, headers: { 'cache-control': 'max-age=1' }, text: count === 3 ? '{' : keySet(jwk(rsa)) }));
  const steady = await serveTokens({ jwk_url: failing.url });
  await failing.times(3);
  assert.equal(await columns(steady, bearer(sign('RS256', rsa.privateKey))), 'status');
  assert.match(steady.errors(), /read the keys at .*: the answer has status 503/);

  const late = await listen((count) => ({ status: count === 1 ? 500 : 200, text: keySet(jwk(rsa)) }));
  const patient = await serveTokens({ jwk_url: late.url });
  const early = await columns(patient, bearer(sign('RS256', rsa.privateKey)));
  await late.times(2);
  while ((await columns(patient, bearer(sign('RS256', rsa.privateKey)))) !== 'status') assert.equal(early, invalid('JWSError NoUsableKeys')[1]);
  assert.equal(late.asked.length, 2, 'an answer that says nothing is not fetched again');

  const silent = await listen((count) => ({ silent: count > 1, headers: { 'cache-control': 'max-age=1' }, text: keySet(jwk(rsa)) }));
  const waiting = await serveTokens({ jwk_url: silent.url });
  await silent.times(2);
  const begin = Date.now();
  assert.equal(await waiting.stop(), 0);
  assert.ok(Date.now() - begin < 5_000, 'the end waits for the keys');
});

test('published keys over TLS, from a server that is trusted', async () => {
  const [cert, key] = [path.join(folder, 'tls.pem'), path.join(folder, 'tls-key.pem')];
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert,
  ], { stdio: 'ignore' });
  const { port } = await listen(() => ({ text: keySet(jwk(keyPairs.rsa)) }),
    (handler) => https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, handler));
  const token = bearer(sign('RS256', keyPairs.rsa.privateKey));
  const jwt = (host) => ['--jwt-secret', JSON.stringify({ jwk_url: `https://${host}:${port}/` })];
  assert.equal(await columns(await serve(jwt('localhost'), { SSL_CERT_FILE: cert }), token), 'status');
  for (const [host, environment] of [['localhost', {}], ['127.0.0.1', { SSL_CERT_FILE: cert }]]) {
    const server = await serve(jwt(host), environment);
    assert.deepEqual(await refusal(server, token), invalid('JWSError NoUsableKeys'), host);
    assert.match(server.errors(), /certificate/);
  }
});

test('a WebSocket has a token in connection_init, and ends with it', async () => {
  const server = await serveTokens({ type: 'HS256', key: secret });
  const query = 'subscription { invocations(limit: 1) { status } }';
  const init = (token) => ({ headers: { Authorization: `Bearer ${token}` } });
  const client = createClient({
    url: server.socket, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: init(sign('HS256', secret)),
  });
  const live = client.iterate({ query });
  assert.equal((await live.next()).value.data.invocations[0].status, 'failed');
  await client.dispose();

  const legacy = new SubscriptionClient(server.socket, { connectionParams: init(sign('HS256', secret)) }, WebSocket);
  const first = await new Promise((resolve, reject) => legacy.request({ query }).subscribe({ next: resolve, error: reject }));
  assert.equal(first.data.invocations[0].status, 'failed');
  legacy.close();

  const closing = (token, protocol) => new Promise((resolve) => {
    const socket = new WebSocket(server.socket, protocol);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: init(token) })));
    const heard = [];
    socket.on('message', (data) => heard.push(JSON.parse(data).type));
    socket.on('close', (code, reason) => resolve([code, String(reason), heard[0]]));
  });
  for (const protocol of ['graphql-transport-ws', 'graphql-ws']) {
    const [code, reason, heard] = await closing(sign('HS256', secret, claims({ exp: now() + 2 })), protocol);
    assert.deepEqual([code, reason, heard], [4403, 'Forbidden: Could not verify JWT: JWTExpired', 'connection_ack']);
    const [refused, why] = await closing(sign('HS256', 'another secret'), protocol);
    assert.deepEqual([refused, why], [4403, 'Forbidden: Could not verify JWT: JWSError JWSInvalidSignature']);
    const [, large] = await closing(sign('HS256', secret, claims({ padding: 'x'.repeat(16_384) })), protocol);
    assert.match(large, /^Forbidden: Could not verify JWT: JWSError CompactDecodeError/);
  }
});

test('a webhook tells who asks', async () => {
  const hook = await listen((_, { headers }) => {
    if (headers.user === undefined) return { status: 401 };
    if (headers.user === 'broken') return { status: 302, headers: { location: '/' } };
    if (headers.user === 'odd') return { text: '{"x-hasura-role": 1}' };
    if (headers.user === 'nobody') return { text: '{}' };
    return { headers: { 'set-cookie': ['a=1', 'b=2'] }, text: JSON.stringify({ 'X-Hasura-Role': headers.user, 'X-Hasura-Status': 'failed' }) };
  });
  const server = await serve(['--auth-hook', hook.url]);
  assert.equal(await columns(server, { user: 'editor', 'x-request-id': 'r1', cookie: 'c=d', 'x-hasura-role': 'admin' }), 'id,status');
  const [{ method, headers }] = hook.asked;
  assert.equal(method, 'GET');
  assert.equal(headers['x-request-id'], 'r1');
  assert.equal(headers.cookie, 'c=d');
  for (const name of ['content-type', 'content-length', 'accept', 'accept-encoding', 'origin']) {
    assert.equal(headers[name], undefined, name);
  }
  assert.equal(headers.host, `localhost:${hook.port}`);
  const { data } = await ask(server, { user: 'reader', 'x-hasura-status': 'completed' });
  assert.ok(data.invocations.length > 0 && data.invocations.every((row) => row.status === 'failed'));
  const answered = await server.post({ query: '{ __typename }' }, { user: 'editor' });
  assert.deepEqual(answered.headers.getSetCookie(), ['a=1', 'b=2']);
  for (const [user, code, message] of [
    [undefined, 'access-denied', 'Authentication hook unauthorized this request'],
    ['broken', 'unexpected', 'Invalid response from authorization hook'],
    ['odd', 'unexpected', 'Invalid response from authorization hook'],
    ['nobody', 'invalid-params', 'x-hasura-role not found in session variables'],
  ]) {
    assert.deepEqual(await refusal(server, user ? { user } : {}), [code, message]);
  }
  // Nobody is asked about the secret.
  const before = hook.asked.length;
  assert.match(await columns(server, { 'x-hasura-admin-secret': 's3cret' }), /source_function/);
  assert.match(await columns(server, { 'x-hasura-admin-secret': 'wrong', user: 'editor' }), /^invalid x-hasura-admin-secret/);
  assert.equal(hook.asked.length, before);
});

test('a webhook that is posted to has the request as well', async () => {
  const hook = await listen((_, { body }) => ({ text: JSON.stringify({ 'x-hasura-role': JSON.parse(body).headers.user }) }));
  const server = await serve(['--auth-hook', hook.url], { HASURA_GRAPHQL_AUTH_HOOK_MODE: 'POST' });
  const sent = '{"query": "query A($n: Int) { invocations(limit: $n) { id } }", "variables": {"n": 12345678901234567890}}';
  await server.post(sent, { user: 'editor' });
  assert.ok(hook.asked[0].body.includes(sent));
  await server.post('{', { user: 'editor' });
  assert.equal(JSON.parse(hook.asked[1].body).request, null);
  const quiet = await serve(['--auth-hook', hook.url, '--auth-hook-mode', 'POST'], { HASURA_GRAPHQL_AUTH_HOOK_SEND_REQUEST_BODY: 'false' });
  await quiet.query('{ __typename }', { headers: { user: 'editor' } });
  assert.deepEqual(Object.keys(JSON.parse(hook.asked[2].body)), ['headers']);
});

test('a WebSocket lasts as long as the webhook says', async () => {
  const hook = await listen((_, { headers }) => ({
    text: JSON.stringify({ 'x-hasura-role': 'editor', ...(headers.short ? { 'Cache-Control': 'max-age=1' } : {}) }),
  }));
  const server = await serve(['--auth-hook', hook.url]);
  const query = 'subscription { invocations(limit: 1) { id } }';
  const legacy = new SubscriptionClient(server.socket, { connectionParams: { headers: { long: 'yes' } } }, WebSocket);
  const first = await new Promise((resolve, reject) => legacy.request({ query }).subscribe({ next: resolve, error: reject }));
  assert.ok(first.data.invocations[0].id);
  legacy.close();
  const [event] = await new Promise((resolve) => {
    const client = createClient({
      url: server.socket, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { headers: { short: 'yes' } },
      on: { closed: (...events) => resolve(events) },
    });
    client.subscribe({ query }, { next() {}, error() {}, complete() {} });
  });
  assert.equal(event.code, 4403);

  // What a proxy said in the upgrade, connection_init cannot change.
  const socket = new WebSocket(server.socket, 'graphql-transport-ws', { headers: { user: 'proxied' } });
  socket.on('open', () => socket.send('{"type":"connection_init","payload":{"headers":{"User":"client","other":"said"}}}'));
  await once(socket, 'message');
  assert.equal(hook.asked.at(-1).headers.user, 'proxied');
  assert.equal(hook.asked.at(-1).headers.other, 'said');
  socket.close();
});

test('a webhook that does not answer is an error, and its cause is in the log', async () => {
  const gone = await listen(() => ({}));
  await started.pop().stop();
  const server = await serve(['--auth-hook', gone.url]);
  assert.deepEqual(await refusal(server, {}), ['unexpected', 'webhook authentication request failed']);
  assert.match(server.errors(), /ask the webhook .*: fetch .*: Connection refused/);
});

test('options that would let everybody in, or cannot be used, stop the start', () => {
  const jwt = (value) => ['--jwt-secret', typeof value === 'string' ? value : JSON.stringify(value)];
  const hs = { type: 'HS256', key: secret };
  for (const [args, why, environment] of [
    [['--unauthorized-role', 'admin'], /everybody would be admin/],
    [jwt(hs), /no admin secret is set/, { EDO_ADMIN_SECRET: '' }],
    [['--auth-hook', 'http://localhost/'], /no admin secret is set/, { EDO_ADMIN_SECRET: '' }],
    [[...jwt(hs), '--auth-hook', 'http://localhost/'], /choose --jwt-secret or --auth-hook/],
    [['--auth-hook', 'http://localhost/', '--unauthorized-role', 'anonymous'], /webhook/],
    [['--auth-hook', 'localhost'], /expected http:/],
    [['--auth-hook', 'http://localhost/', '--auth-hook-mode', 'PUT'], /PUT/],
    [jwt('HS256'), /it is not JSON/],
    [jwt({ ...hs, audiance: 'me' }), /there is no "audiance"/],
    [jwt({ type: 'HS256', key: 'short' }), /at least 32 characters/],
    [jwt({ type: 'none', key: '' }), /the type is not supported/],
    [jwt({ type: 'HS256', key: pem(keyPairs.rsa) }), /it is in PEM/],
    [jwt({ type: 'RS256', key: secret }), /not a public key/],
    [jwt({ type: 'RS256', key: keyPairs.rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) }), /not a public key/],
    [jwt({ type: 'RS256', key: pem(keyPairs.weak) }), /at least 2048 bits/],
    [jwt({ type: 'RS256', key: pem(keyPairs.p256) }), /a key of another type/],
    [jwt({ type: 'ES256', key: pem(keyPairs.p384) }), /a key of another type/],
    [jwt({ type: 'Ed25519', key: pem(keyPairs.rsa) }), /a key of another type/],
  ]) {
    const told = failed(args, environment);
    assert.match(told, why);
    assert.ok(!told.includes(secret), 'it shows the key');
  }
});

test("Hasura's variables are read, and one that matters and is not understood stops the start", async () => {
  const server = await serve([], {
    EDO_ADMIN_SECRET: '', HASURA_GRAPHQL_ADMIN_SECRET: 'theirs', HASURA_GRAPHQL_UNAUTHORIZED_ROLE: 'anonymous',
    HASURA_GRAPHQL_JWT_SECRET: JSON.stringify({ type: 'HS256', key: secret }), HASURA_GRAPHQL_CORS_DOMAIN: 'https://app.example',
    HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES: 'true', HASURA_GRAPHQL_ENABLE_CONSOLE: 'true', HASURA_GRAPHQL_ENABLED_APIS: 'graphql,metadata',
  });
  assert.match(await columns(server, { 'x-hasura-admin-secret': 'theirs' }), /source_function/);
  assert.equal(await columns(server, {}), 'source_function');
  assert.equal(await columns(server, bearer(sign('HS256', secret))), 'status');
  const page = await server.post({ query: '{ __typename }' }, { origin: 'https://app.example' });
  assert.equal(page.headers.get('access-control-allow-origin'), 'https://app.example');
  assert.match(server.errors(), /no effect in edo serve: HASURA_GRAPHQL_ENABLE(_CONSOLE|D_APIS), HASURA_GRAPHQL_ENABLE(_CONSOLE|D_APIS)\n/);
  assert.ok(!server.errors().includes('theirs'));

  const hooked = await listen(() => ({ text: '{"x-hasura-role": "editor"}' }));
  assert.equal(await columns(await serve([], { HASURA_GRAPHQL_AUTH_HOOK: hooked.url }), {}), 'id,status');

  const closed = await serve(['--cors-domain', '*'], { HASURA_GRAPHQL_DISABLE_CORS: 'true' });
  const other = await closed.post({ query: '{ __typename }' }, { origin: 'https://app.example', 'x-hasura-admin-secret': 's3cret' });
  assert.equal(other.headers.get('access-control-allow-origin'), null);

  for (const [name, value] of [
    ['ADMIN_SECRETS', '["a"]'], ['JWT_SECERTS', '{}'], ['UNAUTHORISED_ROLE', 'user'], ['AUTH_HOOK_TYPE', 'POST'],
    ['DISABLE_INTROSPECTION', 'true'], ['DISABLE_CORS', 'perhaps'], ['ENABLED_APIS', 'metadata'], ['UNAUTHORIZED_ROLE', 'admin'],
    ['JWT_SECRET', '{}'], ['AUTH_HOOK', 'nowhere'],
  ]) {
    assert.match(failed([], { [`HASURA_GRAPHQL_${name}`]: value }), /^(\S+ \S+ )?edo serve: |error/, name);
  }
  assert.match(failed([], { HASURA_GRAPHQL_ADMIN_SECRETS: '["a"]' }), /HASURA_GRAPHQL_ADMIN_SECRETS: edo serve does not know it/);
});

test('an allow list, and what has no effect in the metadata', async () => {
  const full = path.join(folder, 'full');
  cpSync(metadata, full, { recursive: true });
  const write = (name, text) => writeFileSync(path.join(full, name), text);
  write('query_collections.yaml', `
- name: all
  definition: {queries: [{name: a, query: "query A { invocations { status } }  fragment F on invocations { status }"}]}
- name: editors
  definition: {queries: [{name: b, query: "{ invocations { id } }"}]}
`);
  write('allow_list.yaml', '[{collection: all}, {collection: editors, scope: {global: false, roles: [editor]}}]');
  write('actions.yaml', 'actions: []\ncustom_types: {enums: [], objects: []}\n');
  write('rest_endpoints.yaml', '[{name: a, url: b}]');
  write('remote_schemas.yaml', '[]');
  const args = ['--metadata', full];
  const admin = { 'x-hasura-admin-secret': 's3cret' };
  const as = (role) => ({ ...admin, 'x-hasura-role': role, 'x-hasura-status': 'failed' });
  const denied = ['validation-failed', 'query is not allowed'];

  const closed = await serve([...args], { HASURA_GRAPHQL_ENABLE_ALLOWLIST: 'true' });
  const all = 'fragment F on invocations{status}\n# comment\nquery A{invocations{__typename,status}}';
  for (const [role, query, allowed] of [
    ['reader', all, true], ['editor', all, true], ['editor', '{invocations{id}}', true], ['reader', '{ invocations { id } }', false],
    ['editor', 'query B { invocations { id } }', false], ['editor', '{ invocations(limit: 1) { id } }', false],
    ['editor', '{ invocations { id status } }', false], ['reader', '{ __schema { queryType { name } } }', false],
    ['admin', '{ invocations { id } }', true],
  ]) {
    const { data, errors } = await ask(closed, as(role), query);
    if (allowed) assert.ok(data, `${role} ${query}`);
    else assert.deepEqual([errors[0].extensions.code, errors[0].message], denied, `${role} ${query}`);
  }
  const client = createClient({
    url: closed.socket, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { headers: as('editor') },
  });
  const [heard] = await new Promise((resolve) => {
    client.subscribe({ query: 'subscription { invocations { id } }' }, { next() {}, error: resolve, complete() {} });
  });
  assert.equal(heard.message, 'query is not allowed');
  await client.dispose();
  assert.equal(await (await fetch(`${closed.url}/healthz`)).text(), 'WARN: metadata without effect: rest_endpoints');
  assert.match(closed.errors(), /metadata without effect: rest_endpoints\n/);

  const open = await serve(args);
  assert.ok((await ask(open, as('reader'), '{ invocations(limit: 1) { status } }')).data);
  const info = await (await fetch(`${open.url}/edo/info`, { headers: admin })).json();
  assert.deepEqual(info.unused_metadata, ['rest_endpoints', 'allow_list']);
});

test('secrets are not visible in the list of processes', async () => {
  const server = await serveTokens({ type: 'HS256', key: secret });
  assert.ok(!readFileSync(`/proc/${server.child.pid}/cmdline`, 'utf8').includes(secret));
});
