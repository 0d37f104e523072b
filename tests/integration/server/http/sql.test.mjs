// SQL that wants to do harm, on a store and on a central database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { psql, replicator, startPostgres, until } from '../support/private.mjs';
import { Server, request } from '../support/server.mjs';

const edo = process.env.EDO;
const folder = mkdtempSync(path.join(tmpdir(), 'edo-sql-'));
const store = path.join(folder, 'demo.db');
const start = (...args) => Server.start(edo, ['serve', '--listen', '127.0.0.1:0', ...args]);

before(() => execFileSync(edo, ['demo', '--store', store, '--invocations', '20', '--seed', '7']));
after(() => rmSync(folder, { recursive: true }));

async function ask(server, sql) {
  const response = await server.post({ sql }, {}, '/edo/sql');
  const answer = await response.json();
  return { status: response.status, ...answer };
}

const isAnswered = async (server) => {
  const { data } = await server.query('{ invocations_aggregate { aggregate { count } } }');
  assert.equal(data.invocations_aggregate.aggregate.count, 20);
};

/** The processes that a server has started. */
const children = (server) =>
  readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(server.child.pid);
    } catch {
      return false; // it has just ended
    }
  });

// SQLite looks at no clock within a call of a function, and this one takes minutes.
const uninterruptible = "SELECT instr(hex(zeroblob(4000000)), hex(zeroblob(2000000)) || '1')";

test('four statements that SQLite cannot interrupt delay no operation, and are killed', async () => {
  const server = await start('--store', store, '--workers', '1');
  const hostile = Array.from({ length: 4 }, () => ask(server, uninterruptible));
  await until(() => children(server).length === 2, 'two processes');
  let ended = false;
  const all = Promise.all(hostile).finally(() => (ended = true));
  while (!ended) await isAnswered(server);
  for (const { status, error } of await all) {
    assert.equal(status, 400);
    assert.equal(error, 'run SQL: it took longer than 10 seconds');
  }
  assert.deepEqual(children(server), []);
  assert.deepEqual((await ask(server, 'SELECT 1 AS one')).rows, [[1]]);
  assert.equal(await server.stop(), 0);
});

test('too many statements are refused, and a killed server leaves no process', async () => {
  const server = await start('--store', store);
  const hostile = Array.from({ length: 30 }, () => ask(server, uninterruptible).catch(() => ({ status: 0 })));
  const busy = await Promise.race(hostile);
  assert.equal(busy.status, 503);
  const ids = await until(() => children(server).length === 2 && children(server), 'two processes');
  await isAnswered(server);
  await server.stop('SIGKILL');
  await until(() => ids.every((id) => !existsSync(`/proc/${id}`)), 'the end of the processes');
});

test('a statement on a store ends when its client has left', async () => {
  const server = await start('--store', store);
  let ended = false;
  ask(server, uninterruptible).catch(() => {}).finally(() => (ended = true));
  await until(() => children(server).length === 1, 'the first process');
  const raw = await server.connect();
  const body = JSON.stringify({ sql: uninterruptible });
  raw.send(request('/edo/sql', `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`, 'POST') + body);
  await until(() => children(server).length === 2, 'the second process');
  raw.socket.destroy();
  await until(() => children(server).length === 1, 'the end of one');
  assert.equal(ended, false, 'the first one has used up its time');
  await server.stop('SIGKILL');
});

test('a statement on a store gets a bounded amount of memory', async () => {
  const server = await start('--store', store);
  for (const sql of [
    `SELECT ${Array.from({ length: 60 }, (_, i) => `hex(zeroblob(8000000)) AS c${i}`)}`,
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT randomblob(100000) FROM n ORDER BY 1',
    'SELECT zeroblob(1000000000)',
  ]) {
    const { status, error } = await ask(server, sql);
    assert.equal(status, 400, sql);
    assert.match(error, /out of memory|too big/, sql);
  }
  const { rows, truncated } = await ask(server, 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(500000)) FROM n');
  assert.equal(rows.length, 9);
  assert.equal(truncated, true);
  await server.stop();
});

// What a store and the central database answer alike.
const names = 'SELECT 1 AS a, 2 AS a, 3 AS b, 4 AS a';
const numbers = "SELECT CAST('Infinity' AS float8), CAST('-Infinity' AS float8), CAST(1.5 AS float8)";

test('columns of one name, and numbers that JSON does not have, are answered as by the central database', async () => {
  const server = await start('--store', store);
  assert.deepEqual((await ask(server, names)).columns, ['a', 'a_2', 'b', 'a_3']);
  assert.deepEqual((await ask(server, 'SELECT 1e999, -1e999, 1.5')).rows, [['Infinity', '-Infinity', 1.5]]);
  assert.deepEqual((await ask(server, `SELECT '{"a": 1e999}' ->> 'a'`)).rows, [['Infinity']]);
  await server.stop();
});

test('SQL at the central database runs as a role that can do no harm', async (t) => {
  const url = await startPostgres(t);
  replicator('migrate', '--to', url);
  replicator('run', '--once', '--store', store, '--to', url);
  await assert.rejects(start('--postgres', url, '--allow-sql'), /has no run_sql\(\).*edo-replicator migrate --roles/);
  replicator('migrate', '--to', url, '--roles');
  replicator('migrate', '--to', url, '--roles');
  psql(url, 'CREATE TABLE public.orders (id int); INSERT INTO public.orders VALUES (7)');
  const server = await start('--postgres', url, '--allow-sql'); // as the superuser
  await isAnswered(server);
  const sessions = () => psql(url, "SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  const before = sessions();

  assert.deepEqual(await ask(server, `SELECT current_user, true, 5::bigint, 1.5::float8, 'NaN'::float8, 1.10::numeric, NULL, '{"a": 1}'::jsonb,
    E'\\\\ "x",{}' AS text, ARRAY[1, 2], '2024-01-02 03:04'::timestamp; -- a comment`.replace('; -- a comment', '; ')).then(({ rows }) => rows), [
    ['edo_sql', true, 5, 1.5, 'NaN', '1.10', null, '{"a": 1}', '\\ "x",{}', '{1,2}', '2024-01-02 03:04:00'],
  ]);
  assert.deepEqual((await ask(server, 'SELECT count(*) AS n FROM invocations -- all')).rows, [[20]]);
  assert.deepEqual((await ask(server, names)).columns, ['a', 'a_2', 'b', 'a_3']);
  assert.deepEqual((await ask(server, numbers)).rows, [['Infinity', '-Infinity', 1.5]]);
  const many = await ask(server, 'SELECT * FROM generate_series(1, 2000)');
  assert.deepEqual([many.rows.length, many.truncated], [1000, true]);
  const large = await ask(server, "SELECT repeat('x', 3000000) FROM generate_series(1, 1000)");
  assert.deepEqual([large.rows.length, large.truncated], [2, true]);

  const others = 'FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL';
  for (const [sql, why] of [
    [`SELECT pg_terminate_backend(pid) ${others}`, /must be a/],
    [`SELECT pg_cancel_backend(pid) ${others}`, /must be a/],
    [`SELECT set_config('role', 'none', false), pg_terminate_backend(pid) ${others}`, /cannot set parameter "role"/],
    ["SELECT set_config('role', 'postgres', true)", /cannot set parameter "role"/],
    ["SELECT set_config('session_authorization', 'postgres', true)", /cannot set parameter "session_authorization"/],
    ["SELECT set_config('transaction_read_only', 'off', true)", /read-write/],
    ["SELECT pg_read_file('/etc/passwd')", /permission denied/],
    ["SELECT pg_ls_dir('/')", /permission denied/],
    ["SELECT lo_import('/etc/passwd')", /permission denied|read-only/],
    ['SELECT pg_reload_conf()', /permission denied/],
    ['SELECT payload FROM replication_inbox', /permission denied/],
    ['SELECT id FROM public.orders', /permission denied/],
    ['SELECT rolpassword FROM pg_authid', /permission denied/],
    ['WITH gone AS (DELETE FROM invocations RETURNING 1) SELECT * FROM gone', /data-modifying/],
    ['DELETE FROM invocations RETURNING id', /syntax error/],
    ['DELETE FROM invocations', /returns no rows/],
    ['SET ROLE postgres', /returns no rows/],
    ['COPY invocations TO PROGRAM \'true\'', /returns no rows/],
    ['SELECT 1; SELECT 2', /multiple commands/],
    ['SELECT 1) AS q(c1); DELETE FROM invocations; SELECT (1', /syntax error|multiple/],
    ['', /returns no rows/],
  ]) {
    const { status, error } = await ask(server, sql);
    assert.equal(status, 400, sql);
    assert.match(error, why, sql);
  }

  await ask(server, 'SELECT lo_create(0)'); // which old versions allow
  assert.equal(psql(url, 'SELECT count(*) FROM pg_largeobject_metadata'), '0');
  const slow = ["SELECT pg_sleep(100)", "SELECT set_config('statement_timeout', '0', false), pg_sleep(100)"].map((sql) => ask(server, sql));
  let ended = false;
  const all = Promise.all(slow).finally(() => (ended = true));
  while (!ended) await isAnswered(server);
  for (const { status, error } of await all) {
    assert.equal(status, 400);
    assert.match(error, /^run SQL: it took longer than 10 seconds; PostgreSQL has cancelled it/);
  }
  psql(url, 'GRANT SELECT ON public.orders TO edo_sql');
  assert.deepEqual((await ask(server, 'SELECT id FROM orders')).rows, [[7]]);
  assert.equal(sessions(), before);
  await server.stop();
});

test('SQL of others is not run by whoever restored the function without its owner', async (t) => {
  const url = await startPostgres(t);
  replicator('migrate', '--to', url, '--roles');
  psql(url, 'ALTER FUNCTION event_detector_observability.run_sql OWNER TO CURRENT_USER');
  const server = await start('--postgres', url, '--allow-sql');
  const { status, error } = await ask(server, 'SELECT 1');
  assert.equal(status, 400);
  assert.match(error, /instead of edo_sql/);
  await server.stop();
});
