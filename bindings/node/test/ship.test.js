'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const { pipeline } = require('node:stream');
const test = require('node:test');

const { Recorder } = require('..');
const { runHost } = require('./support/host');
const { observed, payload } = require('./support/observed');
const { Postgres } = require('./support/postgres');
const { record } = require('./support/sample');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

function open(t, database, options) {
  const store = new Store(t);
  const errors = [];
  const recorder = new Recorder(store.path, {
    database: { connectionString: database },
    onError: (error) => errors.push(error),
    retryDelay: 50,
    ...options,
  });
  t.after(() => recorder.close());
  return { store, recorder, errors };
}

// A way to the central database that hangs up on everybody until it is opened.
async function closedGate(t, url) {
  const { port } = new URL(url);
  const gate = { isOpen: false };
  const sockets = [];
  const server = net.createServer((client) => {
    if (!gate.isOpen) return client.destroy();
    const central = net.connect(port, '127.0.0.1');
    sockets.push(client, central);
    pipeline(client, central, client, () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  gate.url = `postgresql://edo@127.0.0.1:${server.address().port}/edo?gssencmode=disable`;
  return gate;
}

test('a real central database', async (t) => {
  const postgres = await Postgres.start(t);

  await t.test('onEnd ships when an invocation ends', async (t) => {
    const { store, recorder, errors } = open(t, postgres.url, { replicate: 'onEnd' });
    const { invocation } = record(recorder);
    await until(() => postgres.query(
      `SELECT status FROM event_detector_observability.invocations WHERE id = '${invocation.id}'`,
    ) === 'completed', 'the invocation at the central database');
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 10_000 }), { finished: true });
    assert.ok(postgres.has(store.path));
    assert.deepEqual(errors, []);
  });

  // Which takes the locks of this process on it away.
  await t.test('a host that reads its own store ships all the same', async (t) => {
    const { store, recorder, errors } = open(t, postgres.url, { replicate: 'onEnd' });
    for (let round = 0; round < 5; round++) {
      record(recorder);
      fs.readFileSync(store.path);
      assert.deepEqual(await recorder.flush({ deadlineMs: 10_000 }), { finished: true });
    }
    assert.ok(postgres.has(store.path));
    assert.deepEqual(errors, []);
  });

  await t.test('a ship waits for no sync of the store', async (t) => {
    const { store, recorder } = open(t, postgres.url, { replicate: 'onEnd' });
    const file = () => execFileSync('sha256sum', [store.path], { encoding: 'utf8' });
    const before = file();
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 10_000 }), { finished: true });
    // That comes with writing its log into it, which is left to the recorder.
    assert.equal(file(), before);
    assert.equal(store.pending(), 0);
  });

  await t.test("commit 'tick' ships as well", async (t) => {
    const { store, recorder } = open(t, postgres.url, { replicate: 'onEnd', commit: 'tick' });
    for (let i = 0; i < 20; ++i) record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 10_000 }), { finished: true });
    assert.ok(postgres.has(store.path));
  });

  await t.test('background ships all the time, and flush need not wait for its turn', async (t) => {
    const { store, recorder } = open(t, postgres.url, { replicate: 'background', flushInterval: 50 });
    recorder.startInvocation(); // which does not end
    await until(() => store.pending() === 0, 'the ship');
    assert.ok(postgres.has(store.path));

    const slow = open(t, postgres.url, { replicate: 'background', flushInterval: 86_400_000 });
    record(slow.recorder);
    assert.deepEqual(await slow.recorder.flush({ deadlineMs: 10_000 }), { finished: true });
    assert.ok(postgres.has(slow.store.path));
  });

  await t.test('via the inbox', async (t) => {
    const { store, recorder } = open(t, postgres.url, { replicate: 'onEnd', replicateVia: 'inbox' });
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 10_000 }), { finished: true });
    assert.equal(store.pending(), 0);
    postgres.apply();
    assert.ok(postgres.has(store.path));
  });

  await t.test('a deadline that no timer knows is long, and one that is none is the usual', async (t) => {
    const { recorder } = open(t, postgres.url, { replicate: 'onEnd' });
    for (const deadlineMs of [Infinity, 2 ** 31, '3e10', null, NaN, 10n, Symbol('soon')]) {
      record(recorder);
      const { finished } = await recorder.flush({ deadlineMs });
      assert.equal(finished, true, String(deadlineMs));
    }
  });

  await t.test('off ships nothing', async (t) => {
    const { store, recorder } = open(t, postgres.url, { replicate: 'off' });
    record(recorder);
    assert.deepEqual(await recorder.flush(), { finished: false });
    assert.ok(store.pending() > 0);
  });

  await t.test('options of the central database in single fields', async (t) => {
    const { hostname, port } = new URL(postgres.url);
    const database = { host: hostname, port: Number(port), database: 'edo', user: 'edo', ssl: false };
    const { store, recorder } = open(t, undefined, { replicate: 'onEnd', database });
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 10_000 }), { finished: true });
    assert.ok(postgres.has(store.path));
  });

  // libpq finds the OpenSSL of Node before its own.
  await t.test('with TLS, a certificate that is checked, and a password', async (t) => {
    const url = postgres.secure();
    await until(() => postgres.query('SHOW ssl') === 'on', 'TLS');
    const { store, recorder, errors } = open(t, url, { replicate: 'onEnd' });
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 10_000 }), { finished: true }, errors.join());
    assert.ok(postgres.has(store.path));
  });

  await t.test('a wrong schema is reported once, and does no harm', async (t) => {
    const { recorder, errors } = open(t, postgres.url, { replicate: 'onEnd', schema: 'none' });
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 500 }), { finished: false });
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 500 }), { finished: false });
    await until(() => errors.length > 0, 'the error');
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0].message, /none/);
  });

  await t.test('a flush that gave up does not stop later invocations from shipping', async (t) => {
    const gate = await closedGate(t, postgres.url);
    const { store, recorder, errors } = open(t, gate.url, { replicate: 'onEnd' });
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 300 }), { finished: false });
    await until(() => errors.length > 0, 'the error');
    gate.isOpen = true;
    record(recorder);
    await until(() => store.pending() === 0, 'the ship');
    assert.ok(postgres.has(store.path));
  });

  await t.test('the process may end while a ship is on its way', async (t) => {
    const store = new Store(t);
    const ends = ['process.exit(7)', 'process.exitCode = 7', 'setTimeout(() => process.exit(7), 20)'];
    for (const replicate of ['onEnd', 'background']) {
      for (const end of ends) {
        const host = await runHost(
          store.path,
          `const { record } = require(${JSON.stringify(require.resolve('./support/sample'))});
           const database = { connectionString: ${JSON.stringify(postgres.url)} };
           const recorder = new Recorder(store, { replicate: '${replicate}', flushInterval: 0, database });
           for (let i = 0; i < 50; ++i) record(recorder);
           recorder.flush();
           ${end}`,
        );
        assert.equal(host.code, 7, `${end}: ${host.signal} ${host.err}`);
      }
    }
  });

  await t.test('a central database that is killed in between gets everything once it is back', async (t) => {
    const { store, recorder, errors } = open(t, postgres.url, {
      replicate: 'background',
      flushInterval: 20,
    });
    for (let i = 0; i < 30; ++i) record(recorder);
    await until(() => store.pending() === 0, 'the first ship');
    await postgres.kill();
    for (let i = 0; i < 30; ++i) record(recorder);
    await until(() => errors.length > 0, 'the error');
    assert.equal(errors[0].kind, 'unavailable');
    assert.deepEqual(await recorder.flush({ deadlineMs: 200 }), { finished: false });
    await postgres.run();
    await until(() => store.pending() === 0, 'the second ship');
    assert.ok(postgres.has(store.path));
  });
});

const nobody = 'postgresql://edo@127.0.0.1:1/edo';

// Takes connections and gives `answer` each; `met` has the times at which they came.
async function listener(t, answer) {
  const sockets = [];
  const met = [];
  const server = net.createServer((socket) => {
    met.push(performance.now());
    sockets.push(socket.on('error', () => {}));
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { met, url: `postgresql://edo@127.0.0.1:${server.address().port}/edo?sslmode=disable` };
}

const silent = (t) => listener(t, () => {});

test('without a central database the host continues, and no deadline is awaited', async (t) => {
  const { store, recorder, errors } = open(t, nobody, { replicate: 'onEnd' });
  recorder.startInvocation(); // Its end would be a try of its own.
  const began = performance.now();
  assert.deepEqual(await recorder.flush({ deadlineMs: 60_000 }), { finished: false });
  assert.ok(performance.now() - began < 30_000);
  await until(() => errors.length > 0, 'the error');
  assert.equal(errors[0].kind, 'unavailable');
  assert.equal(store.count('invocations'), 1);
});

test('of all invocations of an outage one waits, until the next try is due', async (t) => {
  for (const url of [nobody, (await silent(t)).url]) {
    const { store, recorder } = open(t, url, { replicate: 'onEnd', retryDelay: 86_400_000 });
    record(recorder);
    assert.deepEqual(await recorder.flush({ deadlineMs: 500 }), { finished: false });
    const began = performance.now();
    for (let i = 0; i < 20; ++i) {
      record(recorder);
      assert.deepEqual(await recorder.flush({ deadlineMs: 60_000 }), { finished: false });
    }
    assert.ok(performance.now() - began < 30_000, url);
    assert.equal(store.count("invocations WHERE status = 'completed'"), 21);
  }
});

test('what is not shipped in time is counted, and the plugin tells it once', async (t) => {
  const central = await silent(t);
  const { plugin, telemetry, errors, listen } = observed(t, {
    replicate: 'onEnd',
    flushDeadlineMs: 100,
    database: { connectionString: central.url },
  });
  for (let i = 0; i < 2; ++i) {
    await listen(payload());
    await plugin.flush();
  }
  assert.ok(plugin.health().unshipped >= 2);
  const told = errors.filter(({ message }) => message.startsWith('flush: not everything has reached the central database'));
  assert.deepEqual(told.map(({ kind }) => kind), ['unavailable'], errors.join());
  assert.ok(telemetry.pending() > 0);
});

test('the pause between two tries is never shorter than retryDelay, and grows', async (t) => {
  const central = await listener(t, (socket) => socket.destroy());
  const { recorder } = open(t, central.url, { replicate: 'onEnd', retryDelay: 200 });
  record(recorder);
  await until(() => central.met.length >= 4, 'the fourth try');
  const pauses = central.met.slice(1).map((time, i) => time - central.met[i]);
  // The server may hear of a connection late, and of the next one in time.
  for (const [i, pause] of pauses.slice(0, 3).entries()) {
    assert.ok(pause > 200 * 2 ** i - 50, String(pauses));
  }
});

test('attempts have an end where that is wanted', async (t) => {
  const { recorder } = open(t, nobody, {
    replicate: 'background',
    retryAttempts: 2,
    retryDelay: 1,
  });
  record(recorder);
  assert.deepEqual(await recorder.flush({ deadlineMs: 20_000 }), { finished: false });
});

test('a central database that takes connections and never answers delays neither flush nor the end', async (t) => {
  const { url } = await silent(t);
  const host = await runHost(
    new Store(t).path,
    `const { record } = require(${JSON.stringify(require.resolve('./support/sample'))});
     const database = { connectionString: ${JSON.stringify(url)} };
     const recorder = new Recorder(store, { replicate: 'onEnd', database });
     record(recorder);
     (async () => {
       const began = Date.now();
       const { finished } = await recorder.flush({ deadlineMs: 300 });
       const ended = Date.now();
       process.on('exit', () => {
         recorder.close();
         console.log(JSON.stringify([finished, ended - began < 1500, Date.now() - ended < 1500]));
       });
     })();`,
  );
  assert.equal(host.code, 0, host.err);
  assert.deepEqual(JSON.parse(host.out), [false, true, true]);
});
