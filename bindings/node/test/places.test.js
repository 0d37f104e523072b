'use strict';

// The store is moved, replaced and deleted under a Node process that records. What that was told is
// stored is in one of the stores that there are in the end.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { startHost } = require('./support/host');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

// Prints the id of each invocation once all of it is stored.
const recordForEver = (commit) => `
  const recorder = new Recorder(store, {
    commit: '${commit}',
    onError: (error) => process.stderr.write(error.message + '\\n'),
  });
  (async () => {
    for (let i = 0; ; i++) {
      const before = recorder.health().dropped;
      const invocation = recorder.startInvocation({ sourceFunction: 'orders' });
      const job = invocation.event('order.created').job('send_receipt');
      job.log('info', 'line ' + i);
      job.complete();
      invocation.complete();
      await recorder.committed();
      const { dropped, queued } = recorder.health();
      if (queued === 0 && dropped === before) process.stdout.write(invocation.id + '\\n');
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();`;

const edo = (...args) => JSON.parse(execFileSync(process.env.EDO, [...args, '--json'], { encoding: 'utf8' }));

// Each gets the path of the store and one that is free; what was in the store stays somewhere.
const acts = {
  'the store alone is moved': (store, free) => fs.renameSync(store, free),
  'all its files are moved'(store, free) {
    for (const suffix of ['', '-shm', '-wal']) {
      if (fs.existsSync(store + suffix)) fs.renameSync(store + suffix, free + suffix);
    }
  },
  'a copy replaces it'(store, free) {
    edo('backup', store, `${free}.copy`);
    fs.linkSync(store, free);
    fs.renameSync(`${free}.copy`, store);
  },
  // Its other name shows what was in it.
  'it is deleted'(store, free) {
    fs.linkSync(store, free);
    for (const suffix of ['', '-wal', '-shm']) fs.rmSync(store + suffix, { force: true });
  },
  'its log is deleted'(store) {
    fs.rmSync(`${store}-wal`, { force: true });
    fs.rmSync(`${store}-shm`, { force: true });
  },
  'edo rotate moves it': (store, free) => edo('rotate', store, free),
  'edo restore replaces it'(store, free) {
    edo('backup', store, `${free}.copy`);
    edo('restore', `${free}.copy`, store);
  },
};

for (const [what, act] of Object.entries(acts)) {
  for (const commit of ['call', 'tick']) {
    test(`${what} while a host records, and nothing is lost (${commit})`, async (t) => {
      const store = new Store(t);
      const away = fs.mkdtempSync(path.join(store.folder, 'away-'));
      const host = startHost(store.path, recordForEver(commit));
      t.after(() => host.child.kill('SIGKILL'));
      const goesOn = async () => {
        const told = host.out.length;
        await until(() => host.out.length > told + 1000, `the host to record: ${host.err}`);
      };
      for (let round = 0; round < 3; round++) {
        await goesOn();
        act(store.path, path.join(away, `${round}.db`));
        await until(() => fs.existsSync(store.path), 'a store at the path');
        await until(
          () => host.err.split('while it was open').length > round + 1,
          `the host to notice: ${host.err}`,
        );
      }
      await goesOn();
      host.child.kill('SIGKILL');
      const { out, err } = await host.ended;

      const found = new Set();
      for (const folder of [store.folder, away]) {
        for (const name of fs.readdirSync(folder)) {
          if (!name.endsWith('.db') && !/-rescued-[^-]*-[^-]*-[^-]*$/.test(name)) continue;
          const file = path.join(folder, name);
          const rows = (sql) => edo('sql', sql, '--store', file);
          assert.deepEqual(rows('SELECT integrity_check AS it FROM pragma_integrity_check'), [{ it: 'ok' }]);
          rows("SELECT id FROM invocations WHERE status = 'completed'").forEach(({ id }) => found.add(id));
        }
      }
      const told = out.split('\n').slice(0, -1);
      assert.ok(told.length > 100);
      assert.deepEqual(
        told.filter((id) => !found.has(id)),
        [],
        err,
      );
    });
  }
}
