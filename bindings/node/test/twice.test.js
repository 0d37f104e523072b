'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { runHost } = require('./support/host');
const { Store } = require('./support/store');

// Two SQLites on one file in one process would break each other's locks.
test('a second copy of the add-on works, but not on a store that the first has open', async (t) => {
  const store = new Store(t);
  const copy = path.join(store.folder, 'copy.node');
  fs.copyFileSync(process.env.EDO_NODE_ADDON, copy);
  const host = await runHost(
    store.path,
    `const first = new Recorder(store);
     const copy = require(${JSON.stringify(copy)});
     const open = (path) => new copy.Recorder({}, JSON.stringify({ store: path }), () => {}, false);
     try { open(store); } catch (error) { console.log(error.kind, error.message); }
     const second = open(store + '.other');
     second.startInvocation().complete();
     first.startInvocation().complete();
     second.close();`,
  );
  assert.equal(host.code, 0, host.err);
  assert.match(host.out, /^invalid_argument open .*: another library in this process has this file open/);
  assert.equal(store.count("invocations WHERE status = 'completed'"), 1);
});

test('the same add-on required by two copies of the package is one', async (t) => {
  const store = new Store(t);
  const host = await runHost(
    store.path,
    `const again = require.resolve(process.env.EDO_NODE_ADDON);
     delete require.cache[again];
     const copy = require(again);
     new Recorder(store).startInvocation();
     new copy.Recorder({}, JSON.stringify({ store }), () => {}, false).startInvocation();`,
  );
  assert.equal(host.code, 0, host.err);
  assert.equal(store.count('invocations'), 2);
});
