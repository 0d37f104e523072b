import { readFileSync } from 'node:fs';

import { handleSuccess, job, listenTo, run } from '@hopdrive/hasura-event-detector';

async function sendReceipt(event, hasuraEvent, options) {
  console.log('receipt for', hasuraEvent.event.data.new.number);
  return { to: options.to };
}

const res = await listenTo(JSON.parse(readFileSync(0, 'utf8')), {
  loadModulesFromIndex: true,
  eventModules: [
    {
      name: 'order.created',
      detector: async () => true,
      handler: (event, hasuraEvent) =>
        run(event, hasuraEvent, [
          job(sendReceipt, { to: hasuraEvent.event.data.new.customer_email }),
        ]),
    },
  ],
  sourceFunction: 'event-detector-moves',
  observability: {
    enabled: process.env.OBSERVABILITY_ENABLED === 'true',
    database: { connectionString: process.env.OBSERVABILITY_DB_URL },
    captureConsoleLog: true,
  },
});
process.stdout.write(JSON.stringify(handleSuccess(res)));
