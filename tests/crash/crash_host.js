'use strict';
// The same host as crash_host.cpp, in JavaScript: node crash_host.js STORE SEED.

const fs = require('node:fs');

const { Recorder } = require('../../bindings/node');

const [store, seed] = process.argv.slice(2);
const recorder = new Recorder(store, {
  maxWalBytes: Number(seed) % 2 === 0 ? 64 << 10 : 32 << 20,
  onError: (error) => fs.writeSync(2, `${error.message}\n`),
});

// A linear congruential generator will do here.
let state = Number(seed);
function pick(below) {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * below);
}

// The call, and a line for what it has left in its row if it was stored at once, which the counters tell.
function call(action, table, row, status, content) {
  const before = recorder.health();
  const result = action();
  const after = recorder.health();
  const stored = before.queued + after.queued === 0 && after.dropped === before.dropped;
  if (stored && after.stored === before.stored + 1) {
    const { id, text } = typeof row === 'function' ? row(result) : { id: row, text: content };
    fs.writeSync(1, `${table}\t${id}\t${status}\t${text}\n`);
  }
  return result;
}

function runJob(event) {
  const start = () => event.job('work');
  const job = call(start, 'job_executions', ({ id }) => ({ id, text: `work|${event.id}` }), 'running');
  const content = `work|${event.id}`;
  for (let line = 1, lines = pick(5); line <= lines; ++line) {
    const message = `line ${line} of ${job.id}`;
    call(() => job.log('info', message), 'job_logs', `${job.id}/${line}`, 'info', message);
  }
  if (pick(6) === 0) {
    const fail = () => job.fail({ message: 'broken' });
    call(fail, 'job_executions', job.id, 'failed', `${content}|broken`);
    return true;
  }
  const complete = () => job.complete(`done ${job.id}`);
  call(complete, 'job_executions', job.id, 'completed', `${content}|"done ${job.id}"`);
  return false;
}

function runEvent(invocation) {
  const content = `tick|${invocation.id}`;
  const start = () => invocation.event('tick');
  const event = call(start, 'event_executions', ({ id }) => ({ id, text: content }), 'detecting');
  const end = (action, status) => call(action, 'event_executions', event.id, status, content);
  if (pick(6) === 0) {
    end(() => event.notDetected(), 'not_detected');
    return false;
  }
  end(() => event.detected(), 'handling');
  let failed = false;
  for (let jobs = pick(4); jobs > 0; --jobs) failed = runJob(event) || failed;
  end(() => event.complete(), failed ? 'failed' : 'completed');
  return failed;
}

function runInvocation() {
  const sourceEventPayload = '7'.repeat(pick(10_000));
  const start = () => recorder.startInvocation({ sourceFunction: 'crash_host', sourceEventPayload });
  const content = ({ correlationId }) => `crash_host|${correlationId}`;
  const row = (started) => ({ id: started.id, text: content(started) });
  const invocation = call(start, 'invocations', row, 'running');
  let failed = false;
  for (let events = pick(3); events > 0; --events) failed = runEvent(invocation) || failed;
  const end = () => invocation.complete();
  const status = failed ? 'failed' : 'completed';
  call(end, 'invocations', invocation.id, status, `${content(invocation)}|`);
  setImmediate(runInvocation);
}

runInvocation();
