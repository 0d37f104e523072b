'use strict';
// A function in its sandbox: sandbox.js STORE DATABASE. Each line on its standard input is an invocation
// {deadlineMs, lines}, each line that it writes an answer {id, lines, finished, unshipped}.

const fs = require('node:fs');
const readline = require('node:readline');

const { Recorder } = require('../..');

const [store, connectionString] = process.argv.slice(2);
const recorder = new Recorder(store, {
  commit: 'tick',
  replicate: 'onEnd',
  replicateVia: 'inbox',
  database: { connectionString },
  onError: (error) => fs.writeSync(2, `${error.message}\n`),
});

async function handle({ deadlineMs, lines }) {
  const invocation = recorder.startInvocation({ sourceFunction: 'orders' });
  const event = invocation.event('order.created');
  event.detected();
  const job = event.job('send_receipt');
  for (let line = 0; line < lines; ++line) {
    job.log('info', `line ${line}`);
    await recorder.committed();
  }
  job.complete({ sent: true });
  event.complete();
  invocation.complete();
  const { finished } = await recorder.flush({ deadlineMs });
  const { unshipped } = recorder.health();
  fs.writeSync(1, `${JSON.stringify({ id: invocation.id, lines, finished, unshipped })}\n`);
}

readline.createInterface({ input: process.stdin }).on('line', (line) => handle(JSON.parse(line)));
