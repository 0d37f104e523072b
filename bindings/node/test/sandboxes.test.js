'use strict';
// Sandboxes that are destroyed as soon as they have answered, and their disks with them. What an answer
// says to be shipped is all that is ever known of an invocation, so it must be true.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const test = require('node:test');

const { Postgres } = require('./support/postgres');

// EDO_SANDBOXES=10000 takes half an hour.
const sandboxes = Number(process.env.EDO_SANDBOXES ?? 200);
const seed = Number(process.env.EDO_SEED ?? Date.now() % 1e9);
const atOnce = 4;
const disk = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

// A linear congruential generator will do here.
let state = seed;
function pick(below) {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * below);
}

// Most answers have time enough, and some hardly any.
const deadline = () => (pick(4) === 0 ? pick(15) : 20_000);

// Gives the answers of one sandbox. One in four is destroyed at some moment of its last invocation,
// the others when they have answered.
async function runSandbox(url) {
  const folder = fs.mkdtempSync(path.join(disk, 'edo-sandbox-'));
  const program = path.join(__dirname, 'support', 'sandbox.js');
  const sandbox = spawn(process.execPath, [program, path.join(folder, 'telemetry.db'), url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const destroyed = new Promise((resolve) => sandbox.on('exit', resolve));
  sandbox.stdin.on('error', () => {}); // it is gone
  const answers = [];
  let left = 1 + pick(3);
  const dies = pick(4) === 0 ? pick(40) : undefined;
  const invoke = () => {
    sandbox.stdin.write(`${JSON.stringify({ deadlineMs: deadline(), lines: pick(5) })}\n`);
    if (--left === 0 && dies !== undefined) setTimeout(() => sandbox.kill('SIGKILL'), dies);
  };
  readline.createInterface({ input: sandbox.stdout }).on('line', (line) => {
    answers.push(JSON.parse(line));
    if (left > 0) return invoke();
    sandbox.kill('SIGKILL');
  });
  invoke();
  await destroyed;
  fs.rmSync(folder, { recursive: true });
  return answers;
}

async function runAll(url) {
  const all = [];
  let begun = 0;
  const oneAfterTheOther = async () => {
    while (begun < sandboxes) {
      ++begun;
      all.push(await runSandbox(url));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  return all;
}

// What the central database has of each invocation: {status, jobs, lines} by id.
function atCentralDatabase(postgres) {
  const rows = postgres.query(`SELECT coalesce(json_object_agg(id, json_build_object('status', status,
      'jobs', (SELECT count(*) FROM event_detector_observability.job_executions
               WHERE invocation_id = i.id AND status = 'completed'),
      'lines', (SELECT count(*) FROM event_detector_observability.job_logs WHERE invocation_id = i.id))), '{}')
    FROM event_detector_observability.invocations i`);
  return JSON.parse(rows);
}

test(`${sandboxes} destroyed sandboxes (EDO_SEED=${seed}) have shipped what they said`, async (t) => {
  const postgres = await Postgres.start(t);
  const all = await runAll(postgres.url);
  postgres.apply();
  const central = atCentralDatabase(postgres);

  let shipped = 0;
  let late = 0;
  const missing = [];
  for (const answers of all) {
    let unshipped = 0;
    // A flush that finishes has shipped what those before have left.
    answers.forEach((answer, i) => {
      if (answer.finished) shipped = shipped + 1;
      else ++unshipped;
      assert.equal(answer.unshipped, unshipped);
      const { status, jobs, lines } = central[answer.id] ?? {};
      const isWhole = status === 'completed' && jobs === 1 && lines === answer.lines;
      const isPromised = answers.slice(i).some(({ finished }) => finished);
      if (isPromised && !isWhole) missing.push(answer.id);
    });
    late += unshipped;
  }
  t.diagnostic(`${shipped} answers said that all was shipped, ${late} that it was not`);
  assert.deepEqual(missing, []);
  assert.ok(shipped > sandboxes / 2);
  assert.ok(late > 0);
});
