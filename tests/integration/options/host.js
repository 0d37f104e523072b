'use strict';
// The same host as tests/integration/shipper/host.cpp, in JavaScript. The environment is what the
// recorder reads by itself.

const fs = require('node:fs');
const { setTimeout: pause } = require('node:timers/promises');

const { Recorder } = require('../../../bindings/node');

function sample(recorder) {
  const sourceEventPayload = { card: '4111', apiKey: 'k', note: 'x'.repeat(300) };
  const invocation = recorder.startInvocation({ sourceFunction: 'sample', sourceEventPayload });
  const event = invocation.event('order.created');
  event.detected();
  const job = event.job('send_receipt', { options: { retries: 3 } });
  job.log('info', 'sent');
  job.complete({ sent: true });
  event.job('notify').fail({ message: 'no answer', stack: 'at notify' });
  event.complete();
  invocation.complete();
}

function record(recorder, count) {
  for (let i = 0; i < count; ++i) {
    const invocation = recorder.startInvocation({ sourceFunction: 'shipper' });
    const event = invocation.event('order.created');
    event.detected();
    const job = event.job('send_receipt');
    job.log('info', 'sent');
    job.complete();
    event.complete();
    invocation.complete();
  }
}

function print(line) {
  fs.writeSync(1, `${line}\n`);
}

function onError(error) {
  fs.writeSync(2, `error: ${error.kind}: ${error.message}\n`);
}

async function main([json, ...commands]) {
  let recorder;
  try {
    recorder = new Recorder(undefined, { ...JSON.parse(json), onError });
  } catch (error) {
    fs.writeSync(2, `refused: ${error.kind}: ${error.message}\n`);
    process.exit(1);
  }
  const unfinished = [];
  const does = {
    sample: () => sample(recorder),
    record: (count) => record(recorder, Number(count)),
    timed(count) {
      const began = Date.now();
      record(recorder, Number(count));
      print(`timed ${Date.now() - began}`);
    },
    invocation: () => unfinished.push(recorder.startInvocation()),
    async flush(ms) {
      const began = Date.now();
      const { finished } = await recorder.flush({ deadlineMs: Number(ms) });
      print(`flushed ${finished} ${Date.now() - began}`);
    },
    async await(file) {
      print('awaiting');
      while (!fs.existsSync(file)) await pause(5);
    },
    close: () => recorder.close(),
    exit: (code) => process.exit(Number(code)),
    health() {
      const { stored, dropped } = recorder.health();
      print(`health ${stored} ${dropped}`);
    },
  };
  for (const command of commands) {
    const [name, value] = command.split('=', 2);
    await does[name](value);
  }
  process.exit(0);
}

void main(process.argv.slice(2));
