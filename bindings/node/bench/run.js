'use strict';

// What recording adds to a job and to an invocation, in one run on one machine, the ways taking
// turns: nothing at all, the recorder in both ways of committing, better-sqlite3 by hand into the
// same schema, and pg straight to PostgreSQL.
//
//   node run.js [--json] [--rounds N] EDO [POSTGRES_URL]
//
// EDO is the program, for making a store; the URL is that of a migrated centre.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const hooks = require('./hooks');
const { payload, runInvocation, runJob } = require('./hosts');

const perRound = 100;

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

// Milliseconds on the clock, and of processors in all threads of this process: on a busy machine the
// second says more.
async function time(work, times, processor) {
  for (let i = 0; i < perRound; ++i) {
    const used = process.cpuUsage();
    const began = process.hrtime.bigint();
    await work();
    times.push(Number(process.hrtime.bigint() - began) / 1e6);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1e3);
  }
}

async function measure(ways, rounds) {
  for (const way of ways) {
    way.figures = { job: [], 'job, processor': [], invocation: [], 'invocation, processor': [] };
    const invocation = await way.hooks.startInvocation(payload);
    way.event = await way.hooks.startEvent(invocation, 'event');
  }
  // The first round warms up.
  for (let round = 0; round <= rounds; ++round) {
    for (const { hooks: its, event, figures } of ways) {
      const [job, jobProcessor, invocation, processor] = round === 0 ? [[], [], [], []] : Object.values(figures);
      await time(() => runInvocation(its), invocation, processor);
      await time(() => runJob(its, event, { waits: false }), job, jobProcessor);
    }
  }
  return ways.map(({ name, figures }) => {
    const result = { name };
    for (const [kind, times] of Object.entries(figures)) {
      times.sort((a, b) => a - b);
      result[kind] = { median: at(times, 0.5), p99: at(times, 0.99) };
    }
    return result;
  });
}

function print([base, ...ways]) {
  const cells = (kind, of, from) =>
    ['median', 'p99'].map((which) => (of[kind][which] - from[kind][which]).toFixed(3).padStart(9)).join('');
  const kinds = Object.keys(base).filter((key) => key !== 'name');
  const none = Object.fromEntries(kinds.map((kind) => [kind, { median: 0, p99: 0 }]));
  console.log(`${' '.repeat(26)}${kinds.map((kind) => kind.padStart(23)).join('')}`);
  console.log(`${'ms'.padEnd(26)}${kinds.map(() => '        median      p99').join('')}`);
  const line = (name, row, from) =>
    console.log(`${name.padEnd(26)}${kinds.map((kind) => `     ${cells(kind, row, from)}`).join('')}`);
  line('the host alone', base, none);
  for (const way of ways) line(`+ ${way.name}`, way, base);
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '10' } },
    allowPositionals: true,
  });
  const [program, url] = positionals;
  if (!program) {
    console.error('run.js: which program edo? node run.js EDO [POSTGRES_URL]');
    process.exit(2);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-bench-'));
  const ways = [
    { name: 'nothing', hooks: hooks.nothing() },
    { name: "edo, commit: 'call'", hooks: hooks.edo(folder, 'call') },
    { name: "edo, commit: 'tick'", hooks: hooks.edo(folder, 'tick') },
  ];
  // What is not installed, or could not be built here, is left out.
  const add = (name, open) => {
    try {
      ways.push({ name, hooks: open() });
    } catch (error) {
      console.error(`run.js: ${name} is left out: ${error.message.split('\n')[0]}`);
    }
  };
  add('better-sqlite3 by hand', () => hooks.sqlite(folder, program));
  if (url) add('pg by hand', () => hooks.postgres(url));
  const all = await measure(ways, Number(values.rounds));
  for (const way of ways) await way.hooks.close();
  fs.rmSync(folder, { recursive: true });
  if (values.json) console.log(JSON.stringify(all));
  else print(all);
}

main();
