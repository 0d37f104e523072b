// What TypeScript hosts see of the detector library (2.3.6), as far as a plugin meets it: names have
// types of their own, and options that are not set must not be there.

type Named<Kind extends string> = string & { readonly __kind: Kind };
export type PluginName = Named<'plugin'>;
export type EventName = Named<'event'>;
export type JobName = Named<'job'>;
export type CorrelationId = Named<'correlation'>;

export interface PluginConfig {
  enabled?: boolean;
  [option: string]: any;
}

export interface HasuraEventPayload<Row = Record<string, any>> {
  id: string;
  event: { op: 'INSERT' | 'UPDATE' | 'DELETE' | 'MANUAL'; data: { old?: Row | null; new?: Row | null } };
  __correlationId: CorrelationId;
  __invocationId?: string;
}

export interface JobOptions {
  jobName?: JobName;
  jobExecutionId?: string;
  [option: string]: any;
}

export interface JobResult<Result = any> {
  name: JobName;
  durationMs: number;
  result: Result;
  completed: boolean;
  error?: Error;
}

export interface EventModule {
  name?: EventName;
  detector(event: EventName, payload: HasuraEventPayload): Promise<boolean>;
  handler(event: EventName, payload: HasuraEventPayload): Promise<JobResult[]>;
}

export interface ListenToOptions {
  autoLoadEventModules?: boolean;
  eventModulesDirectory?: string;
  eventModules?: EventModule[];
  sourceFunction?: string;
  context?: Record<string, any>;
}

export interface ListenToResponse {
  events: { name: EventName; detected: boolean; jobs: JobResult[] }[];
  durationMs: number;
  timedOut?: boolean;
}

// Each is optional, with these arguments where it is there.
export interface PluginLifecycleHooks {
  initialize?(): Promise<void>;
  onPreConfigure?(
    payload: HasuraEventPayload,
    options: Partial<ListenToOptions>,
  ): Promise<Partial<ListenToOptions>>;
  onInvocationStart?(payload: HasuraEventPayload, options: ListenToOptions): Promise<void>;
  onInvocationEnd?(
    payload: HasuraEventPayload,
    result: ListenToResponse,
    durationMs: number,
  ): Promise<void>;
  onEventDetectionStart?(event: EventName, payload: HasuraEventPayload): Promise<void>;
  onEventDetectionEnd?(
    event: EventName,
    detected: boolean,
    payload: HasuraEventPayload,
    durationMs: number,
  ): Promise<void>;
  onEventHandlerStart?(event: EventName, payload: HasuraEventPayload): Promise<void>;
  onEventHandlerEnd?(
    event: EventName,
    results: JobResult[],
    payload: HasuraEventPayload,
    durationMs: number,
  ): Promise<void>;
  onJobStart?(
    job: JobName,
    options: JobOptions,
    event: EventName,
    payload: HasuraEventPayload,
  ): Promise<void>;
  onJobEnd?(
    job: JobName,
    result: JobResult,
    event: EventName,
    payload: HasuraEventPayload,
    durationMs: number,
  ): Promise<void>;
  onLog?(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    data: any,
    job: JobName,
    correlationId: CorrelationId,
  ): Promise<void>;
  onError?(error: Error, context: string, correlationId: CorrelationId): Promise<void>;
  flush?(): Promise<void>;
  shutdown?(): Promise<void>;
}

export interface BasePluginInterface<Config extends PluginConfig = PluginConfig>
  extends PluginLifecycleHooks {
  readonly name: PluginName;
  readonly config: Config;
  readonly enabled: boolean;
  getStatus(): { name: PluginName; enabled: boolean; config: Config };
}

type Told<Hook extends keyof PluginLifecycleHooks> = Parameters<
  NonNullable<PluginLifecycleHooks[Hook]>
>;
export declare class BasePlugin<Config extends PluginConfig = PluginConfig> {
  readonly name: PluginName;
  readonly config: Config;
  enabled: boolean;
  constructor(config?: Config);
  initialize(...told: Told<'initialize'>): Promise<void>;
  onInvocationStart(...told: Told<'onInvocationStart'>): Promise<void>;
  onInvocationEnd(...told: Told<'onInvocationEnd'>): Promise<void>;
  onEventDetectionStart(...told: Told<'onEventDetectionStart'>): Promise<void>;
  onEventDetectionEnd(...told: Told<'onEventDetectionEnd'>): Promise<void>;
  onEventHandlerStart(...told: Told<'onEventHandlerStart'>): Promise<void>;
  onEventHandlerEnd(...told: Told<'onEventHandlerEnd'>): Promise<void>;
  onJobStart(...told: Told<'onJobStart'>): Promise<void>;
  onJobEnd(...told: Told<'onJobEnd'>): Promise<void>;
  onLog(...told: Told<'onLog'>): Promise<void>;
  onError(...told: Told<'onError'>): Promise<void>;
  flush(...told: Told<'flush'>): Promise<void>;
  shutdown(...told: Told<'shutdown'>): Promise<void>;
  getStatus(): { name: PluginName; enabled: boolean; config: Config };
}

export declare class PluginManager {
  private plugins;
  register<Plugin extends BasePluginInterface>(plugin: Plugin): this;
  getStatus(): { plugins: Record<string, ReturnType<BasePluginInterface['getStatus']>> };
}
export declare const pluginManager: PluginManager;

export declare const listenTo: (
  payload: HasuraEventPayload,
  options?: Partial<ListenToOptions>,
) => Promise<ListenToResponse>;
export declare const handleSuccess: (results: ListenToResponse) => {
  statusCode: number;
  body: string;
};
