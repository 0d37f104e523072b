'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { Postgres } = require('./support/postgres');
const { project, run } = require('./support/project');
const { Store } = require('./support/store');

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
