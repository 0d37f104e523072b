'use strict';

const assert = require('node:assert/strict');
const { execFile, execFileSync } = require('node:child_process');
const test = require('node:test');
const { promisify } = require('node:util');

const { Recorder } = require('..');
const { startPgBouncer } = require('./support/pgbouncer');
const { Postgres } = require('./support/postgres');
const { record } = require('./support/sample');
const { Store } = require('./support/store');

// What a session of the pool looks like to an application that has nothing to do with us.
const look = `SELECT concat_ws(' ', (SELECT count(*) FROM users), current_setting('search_path'),
  current_setting('statement_timeout'), current_setting('enable_seqscan'), current_setting('TimeZone'),
  (SELECT count(*) FROM pg_prepared_statements))`;

const replicator = (...args) => execFileSync(process.env.EDO_REPLICATOR, args);

test('hosts with schemas of their own ship through one pooler and do not meet', async (t) => {
  const postgres = await Postgres.start(t);
  postgres.query('CREATE TABLE users (id integer)');
  const usual = postgres.query(look);
  for (const [mode, size] of [['transaction', 1], ['transaction', 2], ['session', 8]]) {
    for (const via of ['direct', 'inbox']) {
      await t.test(`${via}, in ${mode} mode with ${size} connections`, async (t) => {
        const url = await startPgBouncer(t, postgres.url, mode, size);
        const teams = ['a', 'b'].map((name) => {
          const schema = `${name}_${via}_${mode}_${size}`;
          replicator('migrate', '--to', url, '--schema', schema);
          const store = new Store(t);
          const errors = [];
          const recorder = new Recorder(store.path, {
            database: { connectionString: url },
            replicateVia: via,
            schema,
            replicate: 'background',
            flushInterval: 10,
            onError: (error) => errors.push(error),
          });
          t.after(() => recorder.close());
          return { schema, store, errors, recorder };
        });
        for (let i = 0; i < 40; ++i) {
          for (const { recorder } of teams) record(recorder);
          const { stdout } = await promisify(execFile)('psql', ['-XAtc', look, url]);
          assert.equal(stdout.trim(), usual);
        }
        for (const { schema, store, errors, recorder } of teams) {
          assert.deepEqual(await recorder.flush({ deadlineMs: 30_000 }), { finished: true });
          assert.deepEqual(errors, []);
          if (via === 'inbox') replicator('apply', '--once', '--to', url, '--schema', schema);
          replicator('verify', '--store', store.path, '--to', url, '--schema', schema);
          assert.equal(postgres.query(`SELECT count(*) FROM ${schema}.invocations`), '40');
        }
      });
    }
  }
});
