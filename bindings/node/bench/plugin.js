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

function host(options) {
  const library = makeLibrary();
  const observer = options && createPlugin(library.BasePlugin, options);
  if (observer) library.pluginManager.register(observer);
  const { run, job, listenTo } = library;
  const eventModules = Array.from({ length: 5 }, (_, i) => ({
    name: `order.event.${i}`,
    detector: () => true,
    handler: (event, payload) => run(event, payload, [job(sendMail, { to: `${i}@example.com` })]),
  }));
  const given = { sourceFunction: 'orders', loadModulesFromIndex: true, eventModules };
  const invoke = () => listenTo(JSON.parse(payloadText), { ...given, logToConsole: false });
  return { invoke, close: () => observer?.close() };
}

// Milliseconds of the processor, of all threads: also of those that collect garbage and that write
// checkpoints beside the event loop.
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measured(invoke) {
  const processor = processorTime();
  const clock = performance.now();
  await invoke();
  return { clock: performance.now() - clock, processor: processorTime() - processor };
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

async function main() {
  const hosts = { without: host(), with: host({ store: path.join(folder, 'telemetry.db') }) };
  const taken = { without: [], with: [] };
  for (let i = 0; i < rounds + 50; i++) {
    for (const [name, { invoke }] of Object.entries(hosts)) {
      const figures = await measured(invoke);
      if (i >= 50) taken[name].push(figures);
      await new Promise(setImmediate);
    }
  }
  hosts.with.close();
  const print = (...cells) =>
    process.stderr.write(`${cells.map((cell) => cell.padStart(10)).join('')}\n`);
  print('ms', 'of', 'without', 'with', 'added');
  for (const [figure, share] of [
    ['median', 0.5],
    ['p99', 0.99],
  ]) {
    for (const kind of ['clock', 'processor']) {
      const [without, plugin] = [taken.without, taken.with].map((list) =>
        quantile(
          list.map((figures) => figures[kind]),
          share,
        ),
      );
      print(figure, kind, ...[without, plugin, plugin - without].map((ms) => ms.toFixed(3)));
    }
  }
}

main().finally(() => fs.rmSync(folder, { recursive: true, force: true }));
