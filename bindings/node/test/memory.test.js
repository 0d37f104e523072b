'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { Store } = require('./support/store');

// EDO_INVOCATIONS=100000 runs it in full, which takes some minutes.
const invocations = Number(process.env.EDO_INVOCATIONS ?? 6000);

test(`memory stays flat over ${invocations} invocations`, async (t) => {
  const store = new Store(t);
  const script = `
    const { record } = require(${JSON.stringify(require.resolve('./support/sample'))});
    const recorder = new Recorder(store, { commit: 'tick' });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const resident = () => { globalThis.gc(); return process.memoryUsage().rss / 2 ** 20; };
    (async () => {
      const sizes = [];
      for (let i = 0; i <= ${invocations}; ++i) {
        if (i % ${invocations / 10} === 0) sizes.push(resident());
        record(recorder);
        if (i % 10 === 0) await turn();
      }
      console.log(JSON.stringify(sizes));
    })();`;
  const { host, ended } = startInvoking(store.path, script);
  const { code, err, out } = await ended;
  assert.equal(code, 0, err);
  const sizes = JSON.parse(out).map(Math.round);
  t.diagnostic(`resident MB after each tenth: ${sizes.join(' ')}`);
  // The first fifth is for the caches of SQLite and of the collector.
  assert.ok(sizes.at(-1) - sizes[2] < 8, sizes.join(' '));
  assert.equal(host.child.exitCode, 0);
});

function startInvoking(store, script) {
  const host = require('./support/host').startHost(store, script, { args: ['--expose-gc'] });
  return { host, ended: host.ended };
}
