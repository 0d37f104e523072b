// Compiled, never run: what a TypeScript host writes.
import 'event-detector-observability/register';

import * as library from '@hopdrive/hasura-event-detector';
import {
  buildToken,
  chainOrigin,
  createPlugin,
  ObservabilityError,
  ObservabilityPlugin,
  parseToken,
  Recorder,
  withObservability,
} from 'event-detector-observability';

declare const process: { env: Record<string, string | undefined> };
const store = process.env.STORE; // may be undefined

library.pluginManager.register(new ObservabilityPlugin({ store }));
library.pluginManager.register(
  createPlugin(library.BasePlugin, { store: 'a.db', replicate: 'onEnd' }),
);
const plugin: ObservabilityPlugin = new ObservabilityPlugin({
  flushDeadlineMs: 500,
  transport: 'sql', // of the library's own plugin
  database: { host: 'db', port: '5432', ssl: { rejectUnauthorized: false }, pool: { max: 5 } },
});
const stored: number | undefined = plugin.health()?.stored;

// The quick start, its step 3.
const { listenTo, handleSuccess } = withObservability(library);
export const handler = async (event: { body: string }) => {
  const res = await listenTo(JSON.parse(event.body), {
    autoLoadEventModules: true,
    eventModulesDirectory: '/events',
    sourceFunction: 'event-detector-moves',
    observability: {
      enabled: process.env.OBSERVABILITY_ENABLED === 'true',
      database: { connectionString: process.env.OBSERVABILITY_DB_URL },
      captureConsoleLog: true,
      captureJobOptions: true,
      captureHasuraPayload: true,
    },
  });
  const isDetected: boolean | undefined = res.events[0]?.detected;
  return { ...handleSuccess(res), isDetected };
};

const recorder = new Recorder(store, { onError: (error: ObservabilityError) => error.kind });
const invocation = recorder.startInvocation({ sourceFunction: 'orders', sourceUserRole: store });
const job = invocation.event('order.created').job('mail', { options: { to: 1n } });
job.log('info', 'line', { data: new Map() });
job.log('only text');
job.complete();
try {
  invocation.complete({ durationMs: 5 });
} catch (error) {
  job.fail(error);
  invocation.fail({ message: 'lost', cause: error }, { durationMs: 5 });
}
const token: string = buildToken('orders', job.correlationId, job.id);
const source: string | undefined = parseToken(token)?.source;
const chain: string | undefined = chainOrigin({}).correlationId;

const sent: Promise<{ sent: boolean }> = recorder.observe('orders', { id: 7 }, async (run) => {
  const count: number = await run.job('count', () => 7);
  return run.event('order.created', (event) =>
    event.job('mail', { options: { count } }, async ({ id, log }) => {
      log('warn', id);
      return { sent: true };
    }),
  );
});

// @ts-expect-error: no such option
new ObservabilityPlugin({ captureConsole: true });
// @ts-expect-error: no such way to replicate
void listenTo({} as never, { observability: { replicate: 'always' } });
// @ts-expect-error: no such field
recorder.startInvocation({ sourcefunction: 'orders' });

export { stored, source, chain, sent };
