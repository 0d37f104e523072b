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

async function time(work, times) {
  for (let i = 0; i < perRound; ++i) {
    const began = process.hrtime.bigint();
    await work();
    times.push(Number(process.hrtime.bigint() - began) / 1e6);
  }
}

async function measure(ways, rounds) {
  for (const way of ways) {
    way.invocation = [];
    way.job = [];
    const invocation = await way.hooks.startInvocation(payload);
    way.event = await way.hooks.startEvent(invocation, 'event');
  }
  // The first round warms up.
  for (let round = 0; round <= rounds; ++round) {
    for (const way of ways) {
      await time(() => runInvocation(way.hooks), round === 0 ? [] : way.invocation);
      await time(() => runJob(way.hooks, way.event, { waits: false }), round === 0 ? [] : way.job);
    }
  }
  return ways.map(({ name, invocation, job }) => {
    const figures = { name };
    for (const [kind, times] of Object.entries({ job, invocation })) {
      times.sort((a, b) => a - b);
      figures[kind] = { median: at(times, 0.5), p99: at(times, 0.99) };
    }
    return figures;
  });
}

function print(all) {
  const [base] = all;
  const cell = (value) => value.toFixed(3).padStart(9);
  console.log('                            job (3 lines)        invocation (5 events, 5 jobs, 15 lines)');
  console.log('ms added                    median       p99     median       p99');
  for (const { name, job, invocation } of all) {
    const added = [job.median - base.job.median, job.p99 - base.job.p99];
    added.push(invocation.median - base.invocation.median, invocation.p99 - base.invocation.p99);
    console.log(`${name.padEnd(25)}${added.map(cell).join(' ')}`);
  }
  console.log(
    `The host alone takes ${base.job.median.toFixed(3)} ms for a job and ` +
      `${base.invocation.median.toFixed(3)} ms for an invocation (p99 ${base.invocation.p99.toFixed(3)} ms).`,
  );
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
    { name: 'better-sqlite3 by hand', hooks: hooks.sqlite(folder, program) },
  ];
  if (url) ways.push({ name: 'pg by hand', hooks: hooks.postgres(url) });
  const all = await measure(ways, Number(values.rounds));
  for (const way of ways) await way.hooks.close();
  fs.rmSync(folder, { recursive: true });
  if (values.json) console.log(JSON.stringify(all));
  else print(all);
}

main();
