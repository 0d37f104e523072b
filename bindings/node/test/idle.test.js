'use strict';
// What the product costs a machine on which nothing happens: a host, the replicator beside it and
// `edo serve`.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const test = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');

const { startHost } = require('./support/host');
const { Postgres } = require('./support/postgres');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

const looksMs = 4000;
const mostMegabytes = 60;

function start(t, program, ...args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

function statusOf(folder, field) {
  const status = fs.readFileSync(`${folder}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)[1]);
}

const megabytes = ({ pid }) => statusOf(`/proc/${pid}`, 'VmRSS') / 1024;

// How often threads of the process have gone to sleep again.
function wakeups({ pid }) {
  const threads = fs.readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`);
  return threads.reduce((sum, thread) => sum + statusOf(thread, 'voluntary_ctxt_switches'), 0);
}

async function wakeupsMeanwhile(child) {
  const before = wakeups(child);
  await sleep(looksMs);
  return wakeups(child) - before;
}

test('what is idle does not wake up, and is small', async (t) => {
  const postgres = await Postgres.start(t);
  const store = new Store(t);
  const idle = 'console.log("ready"); setInterval(() => {}, 1e9);';
  const hostOf = async (code) => {
    const host = startHost(store.path, code);
    t.after(() => host.child.kill('SIGKILL'));
    await until(() => host.out === 'ready\n', 'the host');
    return host.child;
  };
  const bare = await hostOf(idle);
  const host = await hostOf(`
    const { record } = require(${JSON.stringify(require.resolve('./support/sample'))});
    const recorder = new Recorder(store, { commit: 'tick' });
    for (let i = 0; i < 100; ++i) record(recorder);
    recorder.committed().then(() => { ${idle} });`);
  const replicator = start(t, process.env.EDO_REPLICATOR, 'run', '--store', store.path, '--to', postgres.url);
  const server = start(t, process.env.EDO, 'serve', '--store', store.path, '--listen', '127.0.0.1:0');
  await until(() => store.pending() === 0, 'the ship');

  // A look at the store every 5 s, and at the central database every 10, is what the replicator is for.
  const allowed = new Map([[host, 0], [server, 0], [replicator, 3]]);
  for (const [child, most] of allowed) {
    const name = child.spawnargs.slice(0, 2).join(' ');
    const isQuiet = async () => (await wakeupsMeanwhile(child)) <= most;
    await until(isQuiet, `a time in which ${name} sleeps`, 60_000);
  }

  const sizes = [megabytes(host) - megabytes(bare), megabytes(replicator), megabytes(server)];
  t.diagnostic(`MB of the host beyond Node's own, of the replicator and of the server: ${sizes.map(Math.round).join(', ')}`);
  assert.ok(sizes[0] + sizes[1] + sizes[2] < mostMegabytes, sizes.join());
});
