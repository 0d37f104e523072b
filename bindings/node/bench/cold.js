'use strict';

// What the start of a function waits for: loading the package, opening a new store, and the first row
// in it, each in a process of its own and without the start of Node itself.
//
//   node cold.js [--json]
//
// EDO_NODE_ADDON names the add-on, such as that of the package for npm.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const steps = ['require', 'open', 'first row', 'all'];

function startOnce(store) {
  const times = [performance.now()];
  const { Recorder } = require('..');
  times.push(performance.now());
  const recorder = new Recorder(store);
  times.push(performance.now());
  recorder.startInvocation({ sourceFunction: 'orders' });
  times.push(performance.now());
  const taken = times.slice(1).map((time, i) => time - times[i]);
  console.log(JSON.stringify([...taken, times.at(-1) - times[0]]));
}

const processes = 20;

function main(asJson) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-cold-'));
  const runs = [];
  for (let i = 0; i < processes; ++i) {
    const args = [__filename, '--once', path.join(folder, `${i}.db`)];
    runs.push(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
  }
  fs.rmSync(folder, { recursive: true });
  const figures = steps.map((name, i) => {
    const sorted = runs.map((run) => run[i]).sort((a, b) => a - b);
    return { name, median: sorted[Math.floor(sorted.length / 2)], slowest: sorted.at(-1) };
  });
  if (asJson) console.log(JSON.stringify(figures));
  else print(figures);
}

function print(figures) {
  console.log(`${'ms'.padEnd(12)}   median   slowest`);
  for (const { name, median, slowest } of figures) {
    const numbers = [median, slowest].map((ms) => ms.toFixed(1).padStart(9));
    console.log(name.padEnd(12) + numbers.join(' '));
  }
}

const [first, store] = process.argv.slice(2);
if (first === '--once') startOnce(store);
else main(first === '--json');
