// The program `edo serve` on a real store.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { Server } from '../support/server.mjs';

const edo = process.env.EDO;
const folder = mkdtempSync(path.join(tmpdir(), 'edo-serve-'));
const store = path.join(folder, 'demo.db');
const serve = (args = [], environment = {}) =>
  Server.start(edo, ['serve', '--store', store, '--listen', '127.0.0.1:0', ...args], environment);
let server;

before(async () => {
  execFileSync(edo, ['demo', '--store', store, '--invocations', '20', '--seed', '7']);
  server = await serve();
});
after(async () => {
  await server?.stop('SIGKILL');
  rmSync(folder, { recursive: true });
});

function failed(args) {
  const { status, stdout, stderr } = spawnSync(edo, ['serve', ...args], {
    env: { ...process.env, EDO_ADMIN_SECRET: '', EDO_STORE: store },
    timeout: 20_000,
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.match(stderr, /^edo serve: [^\n]*\n$/);
  return [status, stderr];
}

test('a query, its error and a refused mutation', async () => {
  const { data } = await server.query('{ invocations_aggregate { aggregate { count } } }');
  assert.equal(data.invocations_aggregate.aggregate.count, 20);
  const unknown = await server.query('{ nonsense }');
  assert.equal(unknown.errors[0].message, "field 'nonsense' not found in type: 'query_root'");
  assert.equal(unknown.errors[0].extensions.code, 'validation-failed');
  const mutation = await server.query('mutation { delete_invocations(where: {}) { affected_rows } }');
  assert.equal(mutation.errors.length, 1);
  const syntax = await server.query('{');
  assert.equal(syntax.errors[0].extensions.path, '$.query');
});

test('the queries of the documentation are answered as they stand', async () => {
  const documentation = readFileSync(new URL('../../../../docs/serve.md', import.meta.url), 'utf8');
  const blocks = [...documentation.matchAll(/```graphql\n(.*?)```/gs)].map(([, query]) => query);
  const [failures, durations, lines] = blocks;
  assert.equal(blocks.length, 3);
  assert.ok((await server.query(failures)).data.invocations.every((each) => each.job_executions));
  const { aggregate, group_by: groups } = (await server.query(durations)).data.job_executions_aggregate;
  const counts = groups.map((group) => group.aggregate.count);
  assert.equal(counts.reduce((sum, count) => sum + count), aggregate.count);

  const client = createClient({ url: server.socket, webSocketImpl: WebSocket });
  const logged = client.iterate({ query: lines });
  const { data } = await server.query('{ job_logs_aggregate { aggregate { count } } }');
  const batch = (await logged.next()).value.data.job_logs_stream;
  assert.equal(batch.length, Math.min(100, data.job_logs_aggregate.aggregate.count));
  await client.dispose();
});

test('an hourly figure is found by its id', async () => {
  const { data } = await server.query('{ metrics_hourly(order_by: {id: asc}) { id hour_bucket source_function } }');
  const ids = new Set(data.metrics_hourly.map((hour) => hour.id));
  assert.ok(ids.size > 1);
  assert.equal(ids.size, data.metrics_hourly.length);
  for (const hour of data.metrics_hourly) {
    const query = `{ metrics_hourly_by_pk(id: "${hour.id}") { id hour_bucket source_function } }`;
    assert.deepEqual((await server.query(query)).data.metrics_hourly_by_pk, hour);
  }
});

test('it reports what it serves and its state', async () => {
  const info = await (await fetch(`${server.url}/edo/info`)).json();
  assert.equal(info.backend, 'sqlite');
  assert.equal(info.store, store);
  assert.ok(info.store_bytes > 10_000);
  assert.ok(info.replication.pending_rows > 100);
  assert.ok(info.replication.oldest_pending_seconds >= 0);
  assert.equal(info.capabilities.sql, true);
});

test('only SQL that reads', async () => {
  const ask = async (sql) => {
    const response = await server.post({ sql }, {}, '/edo/sql');
    return [response.status, await response.json()];
  };
  const [status, found] = await ask("SELECT count(*) AS n, 'x' AS text, NULL AS none FROM invocations");
  assert.equal(status, 200);
  assert.deepEqual(found.columns, ['n', 'text', 'none']);
  assert.deepEqual(found.rows, [[20, 'x', null]]);
  for (const sql of [
    'DELETE FROM invocations', 'PRAGMA journal_mode = DELETE', "ATTACH 'other.db' AS other", 'BEGIN', '', 'nonsense',
    'SELECT 1; SELECT 2',
  ]) {
    const [refused, error] = await ask(sql);
    assert.equal(refused, 400, sql);
    assert.equal(error.code, 'bad-request');
  }
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
  const [, many] = await ask(endless);
  assert.equal(many.rows.length, 1000);
  assert.equal(many.truncated, true);
});

test('answers share the memory that --memory gives them, and what does not fit is refused', async () => {
  const large = path.join(folder, 'large.db');
  execFileSync(edo, ['demo', '--store', large, '--invocations', '6000', '--seed', '7']);
  const small = await Server.start(edo, ['serve', '--store', large, '--listen', '127.0.0.1:0', '--memory', '16']);
  const megabytes = (name) => Number(readFileSync(`/proc/${small.child.pid}/status`, 'utf8').match(new RegExp(`${name}:\\s+(\\d+)`))[1]) / 1024;
  const lines = async (limit) => {
    const answer = await small.query(`{ job_logs(limit: ${limit}) { id message data created_at level source } }`);
    if (answer.data) return 'answered';
    assert.equal(answer.errors[0].extensions.code, 'unexpected');
    return answer.errors[0].message;
  };
  const before = megabytes('VmRSS');
  assert.equal(await lines(8000), 'answered');
  const answers = await Promise.all([...Array(16)].map((_, i) => lines(i % 2 ? 1_000_000 : 8000)));
  for (const answer of answers) assert.match(answer, /^(answered$|other answers need the server's memory|the answer is too large)/);
  assert.equal(await lines(1_000_000), 'the answer is too large; ask for fewer rows with limit');
  assert.equal(await lines(8000), 'answered');
  // 16 MB of answers, and the caches of four connections.
  assert.ok(megabytes('VmHWM') - before < 64, `${before} MB became ${megabytes('VmHWM')} MB`);
  await small.stop();
});

test('beyond loopback it needs a secret', () => {
  const [status, why] = failed(['--listen', '0.0.0.0:0']);
  assert.equal(status, 1);
  assert.match(why, /EDO_ADMIN_SECRET/);
});

test('an unauthorized role requires a secret', () => {
  const [status, why] = failed(['--listen', '127.0.0.1:0', '--unauthorized-role', 'user']);
  assert.equal(status, 1);
  assert.match(why, /no admin secret is set, so everybody would be admin; set \$EDO_ADMIN_SECRET/);
});

test('an error about the options or the store is one line', async () => {
  assert.equal(failed(['--tls-cert', 'x.pem'])[0], 2);
  assert.equal(failed(['--live-interval', 'soon'])[0], 2);
  assert.equal(failed(['--workers', '0'])[0], 2);
  assert.equal(failed(['--memory', '15'])[0], 2);
  assert.equal(failed(['--cors-domain', 'example.com'])[0], 1);
  assert.equal(failed(['--tls-cert', 'none.pem', '--tls-key', 'none.pem'])[0], 1);
  assert.equal(failed(['--store', path.join(folder, 'none.db')])[0], 1);
  assert.match(failed(['--listen', server.address])[1], /in use/);
  assert.equal(failed(['--listen', 'nowhere'])[0], 2);
});

test('the secret is not visible in the list of processes', async () => {
  for (const [args, environment] of [
    [['--admin-secret', 's3cret'], {}],
    [['--admin-secret=s3cret'], {}],
    [[], { EDO_ADMIN_SECRET: 's3cret' }],
  ]) {
    const closed = await serve(args, environment);
    assert.doesNotMatch(readFileSync(`/proc/${closed.child.pid}/cmdline`, 'utf8'), /s3cret/);
    const refused = await closed.query('{ __typename }');
    assert.equal(refused.errors[0].extensions.code, 'access-denied');
    const taken = await closed.query('{ __typename }', { headers: { 'x-hasura-admin-secret': 's3cret' } });
    assert.equal(taken.data.__typename, 'query_root');
    assert.equal(await closed.stop(), 0);
    assert.doesNotMatch(closed.errors(), /s3cret/);
  }
});

test('a role sees only what it may', async () => {
  const user = { headers: { 'x-hasura-role': 'user' } };
  const seen = await server.query('{ invocations(limit: 1) { id status } }', user);
  assert.equal(seen.data.invocations.length, 1);
  const hidden = await server.query('{ invocations(limit: 1) { source_event_payload } }', user);
  assert.match(hidden.errors[0].message, /field 'source_event_payload' not found in type: 'invocations'/);
});

test('metadata that does not fit is omitted and named; without any that fits, the server does not start', async () => {
  const metadata = path.join(folder, 'metadata');
  const write = (tables) => {
    mkdirSync(path.join(metadata, 'databases'), { recursive: true });
    writeFileSync(path.join(metadata, 'databases', 'databases.yaml'),
      JSON.stringify([{ name: 'default', tables: tables.map((table) => ({ table: { schema: 'public', name: table } })) }]));
  };
  write(['gone', 'job_logs']);
  const partly = await serve(['--metadata', metadata]);
  assert.match(partly.errors(), /warning not served, metadata of table public\.gone: the database has no such table or view\n/);
  assert.ok((await partly.query('{ job_logs_aggregate { aggregate { count } } }')).data.job_logs_aggregate.aggregate.count > 0);
  assert.match((await partly.query('{ gone { id } }')).errors[0].message, /field 'gone' not found/);
  assert.equal(await (await fetch(`${partly.url}/healthz`)).text(), 'WARN: inconsistent objects in schema');
  const info = await (await fetch(`${partly.url}/edo/info`)).json();
  assert.equal(info.inconsistent_metadata.length, 1);
  await partly.stop();

  write(['gone']);
  assert.match(failed(['--metadata', metadata])[1], /public\.gone/);
  writeFileSync(path.join(metadata, 'databases', 'databases.yaml'), '- {');
  assert.equal(failed(['--metadata', metadata])[0], 1);
});

test('for a database that is not a store, the server does not start', () => {
  const foreign = path.join(folder, 'foreign.db');
  writeFileSync(foreign, ''); // which SQLite takes for a database without tables
  const [status, why] = failed(['--store', foreign]);
  assert.equal(status, 1);
  assert.match(why, /foreign\.db: it is not a store; name a store, or give --metadata for this database/);
});

test('options may come from a file', async () => {
  const file = path.join(folder, 'edo.toml');
  writeFileSync(file, `store = "${store}"\n[serve]\nlisten = "127.0.0.1:0"\nadmin_secret = "from-file"\njson = true\n`);
  const configured = await Server.start(edo, ['serve', '--config', file]);
  assert.deepEqual(JSON.parse(configured.line), {
    url: configured.url,
    address: configured.address,
    serves: store,
  });
  assert.equal((await configured.query('{ __typename }')).errors[0].extensions.code, 'access-denied');
  await configured.stop();
});

test('GraphiQL is embedded, and browsers cache it', async () => {
  const page = await fetch(`${server.url}/graphiql`, { headers: { accept: 'text/html' } });
  if (page.status === 404) return; // this program was built without it
  assert.match(page.headers.get('content-security-policy'), /default-src 'self'.*frame-ancestors 'none'/);
  const script = (await page.text()).match(/src="([^"]+\.js)"/)[1];
  const loaded = await fetch(server.url + script);
  assert.equal(loaded.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.match(loaded.headers.get('cache-control'), /immutable/);
  const again = await fetch(server.url + script, { headers: { 'if-none-match': loaded.headers.get('etag') } });
  assert.equal(again.status, 304);
});
