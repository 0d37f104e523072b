'use strict';
// An AWS Lambda function without any library: each call is an invocation with its console lines.
//
// A sandbox may be frozen as soon as the handler has answered, and destroyed with its disk. So what was
// recorded is shipped before the answer, for half a second at the most; what is left goes with the
// next call.
//
// Environment: OBSERVABILITY_DB_URL, the central database.

const os = require('node:os');
const path = require('node:path');

const { Recorder } = require('event-detector-observability');

// One for the sandbox, outside the handler: opening costs more than a call does.
const recorder = new Recorder(path.join(os.tmpdir(), 'telemetry.db'), {
  replicate: 'onEnd',
  onError: (error) => process.stderr.write(`telemetry: ${error.message}\n`),
});

async function resize({ key, width }) {
  console.log('resizing %s to %d', key, width);
  if (!(width > 0)) throw new RangeError(`${width} is no width`);
  return { key: `${width}/${key}` };
}

exports.handler = async (event, context) => {
  context.callbackWaitsForEmptyEventLoop = false;
  try {
    return await recorder.observe(context.functionName, event, (run) => {
      return run.job('resize', () => resize(event));
    });
  } finally {
    await recorder.flush({ deadlineMs: 500 });
  }
};
