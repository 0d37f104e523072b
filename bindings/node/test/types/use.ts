// Compiled, never run: what a TypeScript host writes.
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

abstract class BasePlugin {
  name = '';
  abstract initialize(): Promise<void>;
}

declare const library: {
  BasePlugin: typeof BasePlugin;
  pluginManager: { register(plugin: BasePlugin): void };
  listenTo(
    payload: { id: string },
    options?: { autoLoadEventModules?: boolean },
  ): Promise<{ events: string[] }>;
  handleSuccess(result: unknown): { statusCode: number };
};

library.pluginManager.register(
  createPlugin(library.BasePlugin, { store: 'a.db', replicate: 'onEnd' }),
);
const plugin = new ObservabilityPlugin({
  flushDeadlineMs: 500,
  database: { host: 'db', ssl: true },
});
const stored: number | undefined = plugin.health()?.stored;

const { listenTo, handleSuccess } = withObservability(library);
const result: Promise<{ events: string[] }> = listenTo(
  { id: 'x' },
  {
    autoLoadEventModules: true,
    sourceFunction: 'orders',
    observability: {
      enabled: true,
      database: { connectionString: undefined },
      captureConsoleLog: true,
    },
  },
);
const status: number = handleSuccess(result).statusCode;

const recorder = new Recorder('a.db', { onError: (error: ObservabilityError) => error.kind });
const invocation = recorder.startInvocation({ sourceFunction: 'orders' });
const job = invocation.event('order.created').job('mail', { options: { to: 1n } });
job.log('info', 'line', { data: new Map() });
job.complete();
const token: string = buildToken('orders', job.correlationId, job.id);
const source: string | undefined = parseToken(token)?.source;
const chain: string | undefined = chainOrigin({}).correlationId;

// @ts-expect-error: no such option
new ObservabilityPlugin({ captureConsole: true });
// @ts-expect-error: no such way to replicate
withObservability(library).listenTo({ id: 'x' }, { observability: { replicate: 'always' } });

export { stored, status, source, chain };
