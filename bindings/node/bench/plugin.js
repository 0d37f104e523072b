'use strict';
// What the plugin adds to an invocation with 5 event modules, 5 jobs and 15 console lines: runs the
// same invocations through the test host, in turns with and without the plugin.
//
//   node bench/plugin.js [INVOCATIONS]

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createPlugin } = require('..');
const { makeLibrary } = require('../test/host/library');

const rounds = Number(process.argv[2] ?? 1000);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-bench-'));
const payloadFile = path.join(
  __dirname,
  '..',
  '..',
  '..',
  'examples',
  'payloads',
  'order_created.json',
);
const payloadText = fs.readFileSync(payloadFile, 'utf8');

// Console lines cost the same with and without; a terminal would drown the difference.
process.stdout.write = () => true;

async function sendMail(event, payload, { to }) {
  console.log('sending to %s', to);
  console.info('template', { name: 'receipt', language: 'en' });
  await null;
  console.log('sent');
  return { sent: true, to };
}

function host(plugin) {
  const library = makeLibrary();
  if (plugin) library.pluginManager.register(createPlugin(library.BasePlugin, plugin));
  const { run, job, listenTo } = library;
  const eventModules = {};
  for (let i = 0; i < 5; i++) {
    eventModules[`order.event.${i}`] = {
      detector: () => true,
      handler: (event, payload) => run(event, payload, [job(sendMail, { to: `${i}@example.com` })]),
    };
  }
  return () => listenTo(JSON.parse(payloadText), { sourceFunction: 'orders', eventModules });
}

async function timed(invoke) {
  const start = process.hrtime.bigint();
  await invoke();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

async function main() {
  const hosts = { without: host(), with: host({ store: path.join(folder, 'telemetry.db') }) };
  const times = { without: [], with: [] };
  for (let i = 0; i < rounds + 50; i++) {
    for (const [name, invoke] of Object.entries(hosts)) {
      const ms = await timed(invoke);
      if (i >= 50) times[name].push(ms);
      await new Promise(setImmediate);
    }
  }
  const figures = {};
  for (const [name, list] of Object.entries(times)) {
    list.sort((a, b) => a - b);
    figures[name] = { median: quantile(list, 0.5), p99: quantile(list, 0.99) };
  }
  for (const figure of ['median', 'p99']) {
    const { without, with: withPlugin } = figures;
    const added = withPlugin[figure] - without[figure];
    process.stderr.write(
      `${figure.padEnd(6)}  without ${without[figure].toFixed(3)} ms  with ${withPlugin[figure].toFixed(3)} ms  added ${added.toFixed(3)} ms\n`,
    );
  }
}

main().finally(() => fs.rmSync(folder, { recursive: true, force: true }));
