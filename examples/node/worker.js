'use strict';
// A worker of a queue such as BullMQ's: each attempt of a job is an invocation, and an attempt that
// fails is recorded before the queue tries again.
//
//   node examples/node/worker.js [STORE]
//
// With BullMQ it is `new Worker('emails', observed(recorder, 'emails', send), { connection })`. This
// file brings a queue of a few lines instead, so that it runs without a Redis.

const { Recorder } = require('../../bindings/node');

// A processor as BullMQ calls it, with a job that has a name, data and attemptsMade.
function observed(recorder, queue, work) {
  return (job) =>
    recorder.observe(
      queue,
      job.data,
      (run) =>
        run.job(job.name, { options: job.opts, functionName: work.name }, () => work(job)),
      { sourceSystem: 'queue', contextData: { id: job.id, attempt: job.attemptsMade + 1 } },
    );
}

async function send({ data, attemptsMade }) {
  console.log('sending to %s', data.to);
  if (data.isFlaky && attemptsMade === 0) throw new Error('the relay is busy');
  return { sent: true };
}

// Runs each job until it succeeds, or has had all its attempts.
async function drain(jobs, work) {
  while (jobs.length > 0) {
    const job = jobs.shift();
    try {
      await work(job);
    } catch (error) {
      console.warn('%s %s failed: %s', job.name, job.id, error.message);
      if (++job.attemptsMade < job.opts.attempts) jobs.push(job);
    }
  }
}

async function main(store = 'telemetry.db') {
  const recorder = new Recorder(store, { onError: (error) => console.error(error.message) });
  const job = (id, data) => ({ id, name: 'receipt', data, attemptsMade: 0, opts: { attempts: 3 } });
  const jobs = [
    job('1', { to: 'ann@example.com' }),
    job('2', { to: 'bob@example.com', isFlaky: true }),
  ];
  await drain(jobs, observed(recorder, 'emails', send));
  recorder.close();
}

main(process.argv[2]);
