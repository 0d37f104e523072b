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
const { figures, measured, summary } = require('./times');

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

async function main() {
  const hosts = { without: host(), with: host({ store: path.join(folder, 'telemetry.db') }) };
  const taken = { without: [], with: [] };
  for (let i = 0; i < rounds + 50; i++) {
    for (const [name, { invoke }] of Object.entries(hosts)) {
      const times = await measured(invoke);
      if (i >= 50) taken[name].push(times);
      await new Promise(setImmediate);
    }
  }
  hosts.with.close();
  const [without, plugin] = [summary(taken.without), summary(taken.with)];
  const print = (...cells) =>
    process.stderr.write(`${cells.map((cell) => cell.padStart(10)).join('')}\n`);
  print('ms', 'of', 'without', 'with', 'added');
  for (const which of ['median', 'p99']) {
    for (const figure of figures) {
      const [before, after] = [without, plugin].map((row) => row[figure][which]);
      print(which, figure, ...[before, after, after - before].map((ms) => ms.toFixed(3)));
    }
  }
}

main().finally(() => fs.rmSync(folder, { recursive: true, force: true }));
