'use strict';
// A script that cron starts: the whole run is one invocation, and its steps are jobs. Its exit code
// and what it prints stay as they were.
//
//   17 3 * * * node /srv/shop/cron.js /var/lib/edo/shop.db
//
// An edo-replicator on this machine ships the store; the script does not wait for that.

const { Recorder } = require('../../bindings/node');

async function expire(carts) {
  const old = carts.filter(({ days }) => days > 30);
  console.log('%d of %d carts are too old', old.length, carts.length);
  return old.length;
}

async function report(count) {
  if (process.env.REPORT_TO === 'nowhere') throw new Error('nobody takes the report');
  return { expired: count };
}

async function main(store = 'telemetry.db') {
  const recorder = new Recorder(store);
  const carts = [{ days: 3 }, { days: 40 }, { days: 90 }];
  try {
    return await recorder.observe('nightly-carts', { carts: carts.length }, async (run) => {
      const count = await run.job('expire', () => expire(carts));
      return run.job('report', () => report(count));
    });
  } finally {
    recorder.close();
  }
}

main(process.argv[2]).then(console.log, (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
