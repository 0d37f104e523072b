// Records what event-driven functions do in a local store, and ships it to PostgreSQL.

/** What went wrong, and `kind`: what can be done about it. */
export class ObservabilityError extends Error {
  readonly kind:
    | 'invalid_argument'
    | 'closed'
    | 'busy'
    | 'unavailable'
    | 'denied'
    | 'in_doubt'
    | 'refused'
    | 'full'
    | 'corrupt'
    | 'schema_too_new'
    | 'io';
}

/** Where the telemetry goes in the end; what is left open is up to libpq and its environment. */
export interface Database {
  /** A URL or keywords of libpq; wins over the single fields. */
  connectionString?: string;
  host?: string;
  port?: number;
  database?: string;
  user?: string;
  password?: string;
  ssl?: boolean | string | { rejectUnauthorized?: boolean };
}

/** Each one not given is taken from the environment (OBSERVABILITY_…), else it is the default. */
export interface RecorderOptions {
  enabled?: boolean;
  store?: string;
  hostLabel?: string;
  durability?: 'process' | 'power';
  captureConsoleLog?: boolean;
  captureJobOptions?: boolean;
  captureHasuraPayload?: boolean;
  captureErrorStacks?: boolean;
  /** Key names, or JSON pointers, whose values never reach the disk. */
  redact?: string[];
  maxJsonSize?: number;
  busyTimeout?: number;
  /** Milliseconds for which a call may wait in memory for others to share a commit with. */
  commitWithin?: number;
  maxQueueBytes?: number;
  maxStoreBytes?: number;
  whenFull?: 'keepNewest' | 'refuse';
  maxWalBytes?: number;
  database?: Database;
  schema?: string;
  replicate?: 'off' | 'onEnd' | 'background';
  replicateVia?: 'direct' | 'inbox';
  batchSize?: number;
  flushInterval?: number;
  retryAttempts?: number;
  retryDelay?: number;
  /** When calls are committed: each before it returns, or those of one turn of the event loop together. */
  commit?: 'call' | 'tick';
  /** Told, on this thread and some time later, what went wrong and was not thrown. */
  onError?: (error: ObservabilityError) => void;
}

export interface InvocationStart {
  /** The host's own UUID; one is made if there is none. */
  id?: string;
  /** Ties a chain together; one is made if there is none. */
  correlationId?: string;
  sourceFunction?: string;
  /** "schema.name" */
  sourceTable?: string;
  sourceOperation?: string;
  sourceSystem?: string;
  sourceJobId?: string;
  sourceEventId?: string;
  sourceEventPayload?: unknown;
  sourceEventTime?: string | Date;
  sourceUserEmail?: string;
  sourceUserRole?: string;
  autoLoadModules?: boolean;
  eventModulesDirectory?: string;
  contextData?: unknown;
}

/** Durations are milliseconds, measured since the start when they are not given. */
export interface Finish {
  durationMs?: number;
}

export interface Failure extends Finish {
  message?: string;
  stack?: string;
}

export interface EventStart {
  id?: string;
  modulePath?: string;
}

export interface JobStart {
  id?: string;
  functionName?: string;
  options?: unknown;
}

export interface LogLine {
  data?: unknown;
  source?: string;
  lineNumber?: number;
}

export type LogLevel = 'debug' | 'info' | 'log' | 'warn' | 'error';

export interface Health {
  /** Calls committed, also those that had to wait. */
  stored: number;
  /** Calls that wait in memory now. */
  queued: number;
  /** Calls given up. */
  dropped: number;
  /** Size of the write-ahead log after the last commit. */
  walBytes: number;
}

export interface JobExecution {
  readonly id: string;
  readonly correlationId: string;
  log(level: LogLevel, message: unknown, line?: LogLine): void;
  complete(result?: unknown, finish?: Finish): void;
  fail(failure: Failure): void;
}

export interface EventExecution {
  readonly id: string;
  detected(finish?: Finish): void;
  notDetected(finish?: Finish): void;
  detectionFailed(failure: Failure): void;
  job(name: string, start?: JobStart): JobExecution;
  complete(finish?: Finish): void;
  handlerFailed(failure: Failure): void;
}

export interface Invocation {
  readonly id: string;
  readonly correlationId: string;
  event(name: string, start?: EventStart): EventExecution;
  complete(finish?: Finish): void;
  fail(failure: Failure): void;
  timeOut(finish?: Finish): void;
}

export class Recorder {
  /**
   * Opens the store, making it where needed.
   * @throws ObservabilityError if an option is wrong or the store cannot be opened
   */
  constructor(storePath?: string | null, options?: RecorderOptions);
  startInvocation(start?: InvocationStart): Invocation;
  /** Resolves when everything recorded so far is committed. */
  committed(): Promise<void>;
  /** Ships what is pending; what is not shipped by the deadline (2000 ms) stays in the store. */
  flush(options?: { deadlineMs?: number }): Promise<{ finished: boolean }>;
  health(): Health;
  /** Ends recording. What is still running then is crashed. */
  close(): void;
}

/** The options of the plugin: those of the recorder, and some of its own. */
export interface PluginOptions extends RecorderOptions {
  /** How long flush() and shutdown() may take with replicate 'onEnd'; default 1000. */
  flushDeadlineMs?: number;
  /** A column of the row that holds a correlation id or a tracking token. */
  correlationIdField?: string;
}

/** The hooks of the detector library. None rejects, but initialize() for options that are wrong. */
export interface ObservabilityPluginInstance {
  readonly name: string;
  enabled: boolean;
  readonly config: PluginOptions;
  initialize(): Promise<void>;
  onPreConfigure<Options>(hasuraEvent: object, options: Options): Promise<Options>;
  onInvocationStart(hasuraEvent: object, options?: object): Promise<void>;
  onEventDetectionStart(eventName: string, hasuraEvent: object): Promise<void>;
  onEventDetectionEnd(
    eventName: string,
    detected: boolean,
    hasuraEvent: object,
    durationMs?: number,
  ): Promise<void>;
  onEventHandlerStart(eventName: string, hasuraEvent: object): Promise<void>;
  /** Puts `jobExecutionId` into the options. */
  onJobStart(
    jobName: string,
    jobOptions: object | undefined,
    eventName: string,
    hasuraEvent: object,
  ): Promise<void>;
  onJobEnd(
    jobName: string,
    result: unknown,
    eventName: string,
    hasuraEvent: object,
    durationMs?: number,
  ): Promise<void>;
  onEventHandlerEnd(
    eventName: string,
    jobResults: unknown,
    hasuraEvent: object,
    durationMs?: number,
  ): Promise<void>;
  onInvocationEnd(hasuraEvent: object, result: unknown, durationMs?: number): Promise<void>;
  onError(error: unknown, phase: string, correlationId?: string): Promise<void>;
  onLog(
    level: string,
    message: unknown,
    data?: unknown,
    jobName?: string,
    correlationId?: string,
  ): Promise<void>;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
  /** Counters of the recorder; undefined before the first invocation. */
  health(): Health | undefined;
  /** Closes the store's file; the next hook opens it again. */
  close(): void;
}

/** Extends the BasePlugin of @hopdrive/hasura-event-detector where that can be found. */
export const ObservabilityPlugin: new (config?: PluginOptions) => ObservabilityPluginInstance;

/** A plugin on a given BasePlugin, for a library that is not found or is another build. */
export function createPlugin<Base extends abstract new (...args: any[]) => object>(
  BasePlugin: Base,
  config?: PluginOptions,
): ObservabilityPluginInstance & InstanceType<Base>;

/** What the options of listenTo() have beside those of the library. */
export interface ObservedOptions {
  sourceFunction?: string;
  observability?: PluginOptions;
}

/** The library with a listenTo() that takes `observability`. */
export function withObservability<Library extends { listenTo(...args: any[]): Promise<any> }>(
  library: Library,
): Omit<Library, 'listenTo'> & {
  listenTo(
    hasuraEvent: Parameters<Library['listenTo']>[0],
    options?: Partial<NonNullable<Parameters<Library['listenTo']>[1]>> & ObservedOptions,
  ): ReturnType<Library['listenTo']>;
};

export interface TrackingToken {
  source: string;
  correlationId: string;
  jobExecutionId?: string;
}

/**
 * What a job writes into a row's `updated_by`: "source|correlationId|jobExecutionId".
 * @throws TypeError if an id is no UUID
 */
export function buildToken(source: string, correlationId: string, jobExecutionId?: string): string;
export function parseToken(text: unknown): TrackingToken | null;
/** Where an invocation comes from, by its payload. */
export function chainOrigin(
  hasuraEvent: unknown,
  options?: { field?: string },
): { correlationId?: string; sourceJobId?: string };
