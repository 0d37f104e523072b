'use strict';
// Runs the sample payloads through the shop's modules and records them, on a laptop and without any
// server:
//
//   node examples/node/local.js [STORE]
//   build/tools/edo ls invocations --store telemetry.db
//
// Instead of @hopdrive/hasura-event-detector it uses the small host of the tests, which makes the
// same calls.

const fs = require('node:fs');
const path = require('node:path');

const { withObservability } = require('../../bindings/node');
const library = require('../../bindings/node/test/host');
const { shopModules } = require('./shop_modules');

const payloads = path.join(__dirname, '..', 'payloads');
const { listenTo } = withObservability(library);

async function main(store = 'telemetry.db') {
  for (const file of fs.readdirSync(payloads)) {
    const payload = JSON.parse(fs.readFileSync(path.join(payloads, file), 'utf8'));
    const { events } = await listenTo(payload, {
      sourceFunction: `shop-${payload.table.name}`,
      loadModulesFromIndex: true,
      eventModules: shopModules(library),
      logToConsole: false,
      observability: { store },
    });
    const detected = events.filter((event) => event.detected).map((event) => event.name);
    console.log(
      `${file}: ${detected.join(', ') || 'nothing of interest'}  (edo show ${payload.__invocationId})`,
    );
  }
}

main(process.argv[2]);
