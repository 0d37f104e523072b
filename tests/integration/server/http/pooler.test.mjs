// `edo serve --postgres` by way of a connection pooler: each answer belongs to its question, and an
// application in the same pool notices nothing.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { psql, replicator, startPgBouncer, startPostgres, until } from '../support/private.mjs';
import { Server } from '../support/server.mjs';

const edo = process.env.EDO;
async function serve(t, url) {
  const server = await Server.start(edo, ['serve', '--postgres', url, '--listen', '127.0.0.1:0',
    '--live-interval', '50ms', '--workers', '8']);
  t.after(() => server.stop());
  return server;
}

// All different, in text and in shape.
const fields = ['id', 'status', 'created_at', 'correlation_id', 'total_duration_ms', 'source_function'];
const questions = Array.from({ length: 240 }, (_, i) => {
  const chosen = fields.filter((_, bit) => ((i % 63) + 1) & (1 << bit)).join(' ');
  return i % 3 === 0
    ? `{ q${i}: invocations(order_by: {id: asc}, limit: 3, offset: ${i % 7}) { ${chosen} } }`
    : i % 3 === 1
      ? `{ q${i}: job_executions(order_by: {id: asc}, limit: ${(i % 5) + 1}) { id job_name logs(order_by: {id: asc}) { message } } }`
      : `{ q${i}: invocations_aggregate(where: {total_duration_ms: {_gt: ${i}}}) { aggregate { count } } }`;
});

// What a session looks like to somebody who has nothing to do with us.
const look = `SELECT concat_ws(' ', (SELECT count(*) FROM users), current_setting('search_path'),
  current_setting('statement_timeout'), current_setting('TimeZone'), current_setting('jit'),
  current_setting('transaction_read_only'), (SELECT count(*) FROM pg_prepared_statements))`;

async function watch(url, usual, ended) {
  const noticed = new Set();
  for (let looks = 0; !ended() || looks === 0; ++looks) {
    const { stdout } = await promisify(execFile)('psql', ['-XAtc', look, url]);
    if (stdout.trim() !== usual) noticed.add(stdout.trim());
  }
  return [...noticed];
}

test('a central database behind PgBouncer', async (t) => {
  const url = await startPostgres(t);
  const folder = mkdtempSync(path.join(tmpdir(), 'edo-pooler-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const store = path.join(folder, 'demo.db');
  execFileSync(edo, ['demo', '--store', store, '--invocations', '60', '--seed', '7']);
  psql(url, 'CREATE TABLE users (id integer)');
  const usual = psql(url, look);
  replicator('migrate', '--to', url);
  replicator('run', '--once', '--store', store, '--to', url);
  const direct = await serve(t, url);
  const expected = [];
  for (const question of questions) expected.push(await direct.query(question));
  assert.ok(expected.every((answer) => answer.data && !answer.errors));

  for (const [mode, size] of [['transaction', 1], ['transaction', 2], ['session', 40]]) {
    await t.test(`in ${mode} mode with ${size} connections`, async (t) => {
      const pooler = await startPgBouncer(t, url, mode, size);
      let ended = false;
      const watching = watch(pooler, usual, () => ended);
      const server = await serve(t, pooler);

      const counts = [];
      const client = createClient({ url: server.socket, webSocketImpl: WebSocket });
      const live = [1, 2, 3].map((seen) => `subscription { s${seen}: job_logs_aggregate { aggregate { count } } }`);
      const stops = live.map((query, i) =>
        client.subscribe({ query }, {
          next: ({ data }) => (counts[i] = Object.values(data)[0].aggregate.count),
          error: (error) => (counts[i] = error),
          complete() {},
        }));

      // Fifty are on their way at any time.
      const waiting = questions.keys();
      const answers = [];
      await Promise.all(Array.from({ length: 50 }, async () => {
        for (const i of waiting) answers[i] = await server.query(questions[i]);
      }));
      assert.deepEqual(answers, expected);

      const info = await (await fetch(`${server.url}/edo/info`)).json();
      assert.equal(info.replication.stores.length, 1);

      // Rows of another store, in a table that is not among the questions.
      const job = psql(url, 'SELECT id FROM event_detector_observability.job_executions LIMIT 1');
      psql(url, `INSERT INTO event_detector_observability.job_logs (id, job_execution_id, invocation_id,
        created_at, sequence, level, message) VALUES (gen_random_uuid(), '${job}', gen_random_uuid(),
        now(), 1, 'info', 'late')`);
      const count = Number(psql(url, 'SELECT count(*) FROM event_detector_observability.job_logs'));
      await until(() => live.every((_, i) => counts[i] === count), `three counts of ${count}`);
      psql(url, "DELETE FROM event_detector_observability.job_logs WHERE message = 'late'");
      stops.forEach((stop) => stop());
      await client.dispose();

      ended = true;
      assert.deepEqual(await watching, []);
    });
  }
});
