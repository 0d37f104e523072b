// What the function does, with the library's run() and job().
import { readFileSync } from 'node:fs';

async function sendReceipt(event, hasuraEvent, options) {
  console.log('receipt for', hasuraEvent.event.data.new.number);
  return { to: options.to };
}

export const payload = JSON.parse(readFileSync(0, 'utf8'));

export const options = (run, job) => ({
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
