'use strict';

// What recording adds to a job and to an invocation, in one run on one machine, the ways taking
// turns: nothing at all, the recorder in both ways of committing, the OpenTelemetry SDK, which keeps
// nothing, better-sqlite3 by hand into the same schema, and pg straight to PostgreSQL.
//
//   node run.js [--json] [--rounds N] EDO [POSTGRES_URL]
//
// EDO is the program, for making a store; the URL is that of a migrated central database.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const hooks = require('./hooks');
const { payload, runInvocation, runJob } = require('./hosts');
const { figures, measured, summary } = require('./times');

const perRound = 100;

const works = ['job', 'invocation'];

async function time(work, times) {
  for (let i = 0; i < perRound; ++i) times.push(await measured(work));
}

async function measure(ways, rounds) {
  for (const way of ways) {
    way.times = Object.fromEntries(works.map((work) => [work, []]));
    const invocation = await way.hooks.startInvocation(payload);
    way.event = await way.hooks.startEvent(invocation, 'event');
  }
  // The first round warms up.
  for (let round = 0; round <= rounds; ++round) {
    for (const { hooks: its, event, times } of ways) {
      const of = (work) => (round === 0 ? [] : times[work]);
      await time(() => runInvocation(its), of('invocation'));
      await time(() => runJob(its, event, { waits: false }), of('job'));
    }
  }
  return ways.map(({ name, times }) => ({
    name,
    ...Object.fromEntries(works.map((work) => [work, summary(times[work])])),
  }));
}

const kinds = works.flatMap((work) => figures.map((figure) => [work, figure]));

function print([base, ...ways]) {
  const width = 20;
  const cells = (row, from) =>
    kinds.map(([work, figure]) =>
      ['median', 'p99']
        .map((which) => (row[work][figure][which] - (from?.[work][figure][which] ?? 0)).toFixed(3))
        .map((text, i) => text.padStart(i === 0 ? width / 2 + 2 : width / 2 - 2))
        .join(''),
    );
  const titles = kinds.map(([work, figure]) => `${work}, ${figure}`.padStart(width));
  const line = (name, columns) => console.log(name.padEnd(26) + columns.join(''));
  line('', titles);
  line('ms', kinds.map(() => 'median'.padStart(width / 2 + 2) + 'p99'.padStart(width / 2 - 2)));
  line('the host alone', cells(base));
  for (const way of ways) line(`+ ${way.name}`, cells(way, base));
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
  add('the OpenTelemetry SDK', hooks.openTelemetry);
  add('better-sqlite3 by hand', () => hooks.sqlite(folder, program));
  if (url) add('pg by hand', () => hooks.postgres(url));
  const all = await measure(ways, Number(values.rounds));
  for (const way of ways) await way.hooks.close();
  fs.rmSync(folder, { recursive: true });
  if (values.json) console.log(JSON.stringify(all));
  else print(all);
}

main();
