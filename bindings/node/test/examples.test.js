'use strict';

const assert = require('node:assert/strict');
const { execFileSync, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { Postgres } = require('./support/postgres');
const { project, run } = require('./support/project');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

const examples = path.join(__dirname, '..', '..', '..', 'examples', 'node');

test('the local example records every sample payload', (t) => {
  const telemetry = new Store(t);
  const output = execFileSync(process.execPath, [path.join(examples, 'local.js'), telemetry.path], {
    encoding: 'utf8',
  });
  const { invocations, events, jobs, logs } = telemetry.all();
  assert.equal(invocations.length, fs.readdirSync(path.join(examples, '..', 'payloads')).length);
  assert.equal(events.length, invocations.length * 3);
  assert.deepEqual(
    jobs.map((row) => `${row.job_name} ${row.status}`),
    [
      'authorizePayment failed',
      'reserveStock completed',
      'sendReceipt completed',
      'sendReceipt completed',
    ],
  );
  assert.match(jobs[0].error_stack, /Caused by: Error: insufficient funds/);
  assert.ok(logs.length >= 4);
  for (const { id } of invocations) assert.ok(output.includes(`edo show ${id}`));
});

// Calls a function twice, as a warm sandbox does.
const caller = (file) => `
  const { handler } = require('./${file}');
  const body = require('node:fs').readFileSync(0, 'utf8');
  (async () => {
    for (let i = 0; i < 2; i++) {
      const { statusCode } = await handler({ body }, { functionName: 'shop' });
      if (statusCode !== 200) process.exit(1);
    }
  })();`;

test('the serverless examples ship what a warm sandbox records', async (t) => {
  const postgres = await Postgres.start(t);
  for (const [folder, file] of [
    ['lambda', 'index.js'],
    ['netlify/netlify/functions', 'orders.js'],
  ]) {
    const { root, telemetry } = project(t, path.join(examples, folder));
    run(root, ['--eval', caller(file)], {
      AWS_LAMBDA_FUNCTION_NAME: 'shop', // both run on Lambda
      TMPDIR: root,
      OBSERVABILITY_ENABLED: 'true',
      OBSERVABILITY_DB_URL: postgres.url,
    });
    assert.equal(telemetry.all().invocations.length, 2);
    postgres.has(telemetry.path); // nothing else has shipped it
  }
  assert.equal(
    postgres.count(
      "invocations WHERE source_function IN ('shop', 'orders') AND status = 'completed'",
    ),
    4,
  );
});

const rowsOf = (store) =>
  store
    .rows(
      `SELECT source_function, i.status, event_name, job_name, j.status AS job, j.error_message
       FROM invocations i JOIN event_executions e ON e.invocation_id = i.id
       JOIN job_executions j ON j.event_execution_id = e.id ORDER BY i.rowid, j.rowid`,
    )
    .map(Object.values);

test('the worker records each attempt', (t) => {
  const store = new Store(t);
  execFileSync(process.execPath, [path.join(examples, 'worker.js'), store.path]);
  const sent = ['emails', 'completed', 'emails', 'receipt', 'completed', null];
  const failed = ['emails', 'failed', 'emails', 'receipt', 'failed', 'the relay is busy'];
  assert.deepEqual(rowsOf(store), [sent, failed, sent]);
  const attempts = store.rows('SELECT context_data FROM invocations ORDER BY rowid');
  assert.deepEqual(
    attempts.map((row) => JSON.parse(row.context_data)),
    [
      { id: '1', attempt: 1 },
      { id: '2', attempt: 1 },
      { id: '2', attempt: 2 },
    ],
  );
});

test('the script of cron keeps its output and its exit code', (t) => {
  const store = new Store(t);
  const run = (REPORT_TO) =>
    spawnSync(process.execPath, [path.join(examples, 'cron.js'), store.path], {
      encoding: 'utf8',
      env: { ...process.env, REPORT_TO },
    });
  const good = run('somebody');
  assert.deepEqual([good.status, good.stdout], [0, '2 of 3 carts are too old\n{ expired: 2 }\n']);
  const bad = run('nowhere');
  assert.deepEqual([bad.status, bad.stderr], [1, 'nobody takes the report\n']);
  const name = 'nightly-carts';
  assert.deepEqual(rowsOf(store), [
    [name, 'completed', name, 'expire', 'completed', null],
    [name, 'completed', name, 'report', 'completed', null],
    [name, 'failed', name, 'expire', 'completed', null],
    [name, 'failed', name, 'report', 'failed', 'nobody takes the report'],
  ]);
  assert.equal(store.count("job_logs WHERE message = '2 of 3 carts are too old'"), 2);
});

test('a function without a library ships before it answers', async (t) => {
  const postgres = await Postgres.start(t);
  const { root, telemetry } = project(t, path.join(examples, 'lambda'));
  const call = `
    const { handler } = require('./plain.js');
    (async () => {
      for (const width of [100, 0]) {
        const answer = await handler({ key: 'a', width }, { functionName: 'resize' }).catch(String);
        process.stdout.write(JSON.stringify(answer) + '\\n');
      }
      process.kill(process.pid, 'SIGKILL'); // as a sandbox ends
    })();`;
  const { stdout, signal } = spawnSync(process.execPath, ['--eval', call], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: root, OBSERVABILITY_DB_URL: postgres.url },
  });
  assert.equal(signal, 'SIGKILL');
  assert.match(stdout, /^\{"key":"100\/a"\}$/m);
  assert.match(stdout, /^"RangeError: 0 is no width"$/m);
  postgres.has(telemetry.path);
  assert.equal(postgres.count("invocations WHERE status = 'failed'"), 1);
  assert.equal(postgres.count("job_logs WHERE message = 'resizing a to 100'"), 1);
});

const express = path.join(examples, 'express');
const isMissing = !fs.existsSync(path.join(express, 'node_modules', 'express'));
const skip = isMissing && 'run npm ci in examples/node/express';

test('a server of Express records its requests, and who calls it notices nothing', { skip }, async (t) => {
  const store = new Store(t);
  const server = spawn(process.execPath, ['server.js', store.path], {
    cwd: express,
    env: { ...process.env, PORT: '0' },
  });
  t.after(() => server.kill('SIGKILL'));
  let output = '';
  server.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const [, port] = await until(() => /listening on (\d+)/.exec(output), 'the server');
  const post = (body) =>
    fetch(`http://127.0.0.1:${port}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer hunter2' },
      body: JSON.stringify(body),
    });
  const orders = Array.from({ length: 20 }, (_, i) => ({ number: i, card: { number: String(i) } }));
  const answers = await Promise.all(orders.map(post));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [500, ...Array(19).fill(201)],
  );
  assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200);
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;

  assert.equal(store.count("invocations WHERE source_function = 'GET /health'"), 1);
  assert.equal(store.count("invocations WHERE status = 'completed'"), 20);
  const [failed] = store.rows("SELECT * FROM invocations WHERE status = 'failed'");
  assert.equal(failed.error_message, 'the card was declined');
  assert.equal(JSON.parse(failed.context_data).headers.authorization, '[redacted]');
  const lines = store.rows(`
    SELECT message, json_extract(source_event_payload, '$.number') AS number
    FROM job_logs l JOIN invocations i ON i.id = l.invocation_id`);
  assert.equal(lines.length, 39);
  for (const { message, number } of lines) assert.match(message, new RegExp(`order ${number}\\b`));
});
