// Records what event-driven functions do in a local store, and ships it to PostgreSQL.

/** A failure; its `kind` says what the caller can do. */
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
  /** What failed: "open", "record a log line in". Empty if it is not known. */
  readonly operation: string;
  /** On what: a store, a database, an option. Empty if it is not known. */
  readonly object: string;
}

// Made from the table of options by tests/integration/options/declarations.py: do not edit.

/** The central database; libpq and its environment decide what is not given. */
export interface Database {
  /**
   * The central database, as a URL or keywords of libpq; overrides the single fields. Text;
   * default none.
   */
  connectionString?: string | undefined;
  /** Text; default libpq's. */
  host?: string | undefined;
  /** 1 to 65535; default 5432. */
  port?: number | undefined;
  /** Text, up to 63 bytes; default libpq's. */
  database?: string | undefined;
  /** Text, up to 63 bytes; default libpq's. */
  user?: string | undefined;
  /** Text; default libpq's. */
  password?: string | undefined;
  /** Whether to use TLS. Default libpq's. */
  ssl?: boolean | string | { rejectUnauthorized?: boolean | undefined } | undefined;
}

/** An option that is not given comes from the environment, else it has its default. */
export interface RecorderOptions {
  /** False: no file is opened and every call does nothing. Default true. */
  enabled?: boolean | undefined;
  /** The store file; created if it does not exist. Text; default telemetry.db. */
  store?: string | undefined;
  /**
   * The name that people give this store; stored when the file is created. Text, up to 255
   * bytes; default the host's name.
   */
  hostLabel?: string | undefined;
  /**
   * What a recorded call survives: the death of the process, or a power cut as well. Default
   * process.
   */
  durability?: 'process' | 'power' | undefined;
  /** Store the lines that jobs log. Default true. */
  captureConsoleLog?: boolean | undefined;
  /** Store the options of jobs. Default true. */
  captureJobOptions?: boolean | undefined;
  /** Store the payloads of events. Default true. */
  captureHasuraPayload?: boolean | undefined;
  /** Store the stacks of errors. Default true. */
  captureErrorStacks?: boolean | undefined;
  /** Values that never reach the disk. Default none. */
  redact?: readonly string[] | undefined;
  /** Redact the values of keys that usually hold secrets, too. Default true. */
  redactSecrets?: boolean | undefined;
  /**
   * Largest document or text; a marker with its first part replaces a larger document. 1 to
   * 33554432 bytes; default 1048576.
   */
  maxJsonSize?: number | undefined;
  /**
   * How long a call may wait for another process that writes; after that it is queued.
   * Milliseconds, 0 to 600000; default 250.
   */
  busyTimeout?: number | undefined;
  /**
   * How long a call may wait in memory to share a commit with later calls; 0: every call is
   * committed when it returns. Milliseconds, 0 to 60000; default 0.
   */
  commitWithin?: number | undefined;
  /**
   * Size of the queue, in which calls wait in memory while the store cannot take them. 0 to
   * 2^40 bytes; default 16777216.
   */
  maxQueueBytes?: number | undefined;
  /**
   * Largest size of the store file; 0: limited by the disk only. 0, or 1048576 to 2^48 bytes;
   * default 0.
   */
  maxStoreBytes?: number | undefined;
  /**
   * When the store is full: delete the oldest shipped invocations, or drop new calls. Default
   * keepNewest.
   */
  whenFull?: 'keepNewest' | 'refuse' | undefined;
  /**
   * Size of the write-ahead log at which calls wait for the checkpoint, each no longer than
   * busyTimeout; less if the disk has little free space. 65536 to 2^40 bytes; default 33554432.
   */
  maxWalBytes?: number | undefined;
  /**
   * The schema of the tables in the central database. Text, 1 to 63 bytes; default
   * event_detector_observability.
   */
  schema?: string | undefined;
  /** When the host itself ships: never, when an invocation ends, continuously. Default off. */
  replicate?: 'off' | 'onEnd' | 'background' | undefined;
  /**
   * Where the host ships to: the tables of the central database, or its inbox, for which a role
   * without other rights suffices. Default direct.
   */
  replicateVia?: 'direct' | 'inbox' | undefined;
  /** Most changes in one batch. 1 to 1000000; default 5000. */
  batchSize?: number | undefined;
  /** Pause between cycles. Milliseconds, 0 to 86400000; default 5000. */
  flushInterval?: number | undefined;
  /** Retries of a failed cycle; -1: no limit. -1 to 1000000; default -1. */
  retryAttempts?: number | undefined;
  /**
   * First backoff, or up to twice that; it doubles, up to a minute. Milliseconds, 0 to
   * 86400000; default 1000.
   */
  retryDelay?: number | undefined;
  /** The central database. */
  database?: Database | undefined;
  /** When calls are committed: each before it returns, or those of one turn of the event loop
   * together. Default call; tick for the plugin. */
  commit?: 'call' | 'tick' | undefined;
  /** Called, on this thread and some time later, for each failure that was not thrown. */
  onError?: ((error: ObservabilityError) => void) | undefined;
}

// The end of what is made.

/** An unknown name is reported to `onError`, as with all calls. */
export interface InvocationStart {
  /** The host's own UUID; one is made if it is not given. */
  id?: string | undefined;
  /** The same for a whole chain; one is made if it is not given. */
  correlationId?: string | undefined;
  sourceFunction?: string | undefined;
  /** "schema.name" */
  sourceTable?: string | undefined;
  sourceOperation?: string | undefined;
  sourceSystem?: string | undefined;
  sourceJobId?: string | undefined;
  sourceEventId?: string | undefined;
  sourceEventPayload?: unknown;
  sourceEventTime?: string | Date | undefined;
  sourceUserEmail?: string | undefined;
  sourceUserRole?: string | undefined;
  autoLoadModules?: boolean | undefined;
  eventModulesDirectory?: string | undefined;
  contextData?: unknown;
}

/** Durations are milliseconds; one that is not given is measured since the start. */
export interface Finish {
  durationMs?: number | undefined;
}

/**
 * What calls that record a failure take: an error, text, or this. They also take any other thrown
 * value, and record all of it.
 */
export interface Failure extends Finish {
  message?: string | undefined;
  stack?: string | undefined;
  /** The cause; its stack follows the failure's own. */
  cause?: unknown;
  /** Instead of a message and a stack. */
  error?: unknown;
}

export interface EventStart {
  id?: string | undefined;
  modulePath?: string | undefined;
}

export interface JobStart {
  id?: string | undefined;
  functionName?: string | undefined;
  options?: unknown;
}

export interface LogLine {
  data?: unknown;
  source?: string | undefined;
  lineNumber?: number | undefined;
}

/** Level names of other loggers, such as 'warning', 'fatal' or 'trace', and any case work, too. */
export type LogLevel = 'debug' | 'info' | 'log' | 'warn' | 'error' | (string & {});

export interface Health {
  /** Committed calls, including those that were queued. */
  stored: number;
  /** Calls that are in memory now. */
  queued: number;
  /** Calls that were given up. */
  dropped: number;
  /** Size of the write-ahead log after the last commit. */
  walBytes: number;
  /** Flushes that ended before everything was at the central database. */
  unshipped: number;
}

export interface JobExecution {
  readonly id: string;
  readonly correlationId: string;
  /** A message that is not text is formatted as console.log does, and stored as the line's data. */
  log(level: LogLevel, message: unknown, line?: LogLine): void;
  /** Logs at level info. */
  log(message: unknown): void;
  complete(result?: unknown, finish?: Finish): void;
  /** `failure` is a Failure, an error, text, or any thrown value. */
  fail(failure: unknown, finish?: Finish): void;
}

export interface EventExecution {
  readonly id: string;
  detected(finish?: Finish): void;
  notDetected(finish?: Finish): void;
  detectionFailed(failure: unknown, finish?: Finish): void;
  job(name: string, start?: JobStart): JobExecution;
  complete(finish?: Finish): void;
  handlerFailed(failure: unknown, finish?: Finish): void;
}

export interface Invocation {
  readonly id: string;
  readonly correlationId: string;
  event(name: string, start?: EventStart): EventExecution;
  complete(finish?: Finish): void;
  /** `failure` is a Failure, an error, text, or any thrown value. */
  fail(failure: unknown, finish?: Finish): void;
  timeOut(finish?: Finish): void;
}

/** A job that runs inside observe(): it ends when its function does. */
export interface ObservedJob {
  readonly id: string;
  readonly correlationId: string;
  log(level: LogLevel, message: unknown, line?: LogLine): void;
  log(message: unknown): void;
}

/** Runs functions as jobs. Each resolves or rejects as its function does. */
export interface ObservedEvent {
  readonly id: string;
  job<Value>(name: string, action: (job: ObservedJob) => Value): Promise<Awaited<Value>>;
  job<Value>(
    name: string,
    start: JobStart,
    action: (job: ObservedJob) => Value,
  ): Promise<Awaited<Value>>;
}

/** An invocation that runs inside observe(). Its jobs need no event. */
export interface ObservedCall extends ObservedEvent {
  readonly correlationId: string;
  event<Value>(name: string, action: (event: ObservedEvent) => Value): Promise<Awaited<Value>>;
  /** Logs a line of the invocation itself, which belongs to none of its jobs. */
  log(level: LogLevel, message: unknown, line?: LogLine): void;
  log(message: unknown): void;
}

export class Recorder {
  /**
   * Opens the store; creates it if needed. @throws ObservabilityError if an option is wrong or the
   * store cannot be opened
   */
  constructor(storePath?: string | null, options?: RecorderOptions);
  startInvocation(start?: InvocationStart): Invocation;
  /**
   * Runs `action` as an invocation of the function `name`. A console line belongs to the job that
   * prints it. If `action` starts no event and no job, it is recorded as one job with its name.
   * `payload` may be a Hasura event, from which the other fields are taken; `start` overrides them.
   * Resolves or rejects as `action` does, when everything is committed.
   */
  observe<Value>(
    name: string,
    payload: unknown,
    action: (run: ObservedCall) => Value,
    start?: InvocationStart,
  ): Promise<Awaited<Value>>;
  /** Resolves when everything recorded so far is committed, and keeps the process alive until then. */
  committed(): Promise<void>;
  /** Ships pending changes; what is not shipped by the deadline (2000 ms) stays in the store, and
   * counts in `health().unshipped`. */
  flush(options?: { deadlineMs?: number | undefined }): Promise<{ finished: boolean }>;
  /** Returns the value, or a copy in which what the options redact is redacted. */
  redact<Value>(value: Value): Value;
  health(): Health;
  /** Ends recording. What still runs is recorded as crashed. */
  close(): void;
}

/** The plugin's database: also takes what the library's own plugin and node-postgres take. */
export interface PluginDatabase extends Omit<Database, 'port' | 'ssl'> {
  port?: number | string | undefined;
  ssl?: boolean | string | { [option: string]: unknown } | undefined;
  /** Ignored, with one warning. */
  pool?: unknown;
}

/** The options of the plugin: those of the recorder and its own. */
export interface PluginOptions extends Omit<RecorderOptions, 'database'> {
  /** The central database. */
  database?: PluginDatabase | undefined;
  /** How long flush() and shutdown() may take with replicate 'onEnd'. Milliseconds; default 1000. */
  flushDeadlineMs?: number | undefined;
  /** A column of the row that holds a correlation id or a tracking token. Default none. */
  correlationIdField?: string | undefined;
  /** Options of the library's own plugin, like `graphql` and `console`: ignored, with one warning. */
  transport?: unknown;
  graphql?: unknown;
  console?: unknown;
}

/**
 * The hooks of the detector library. No hook rejects; initialize() rejects if an option is wrong.
 * The type of `name` is the library's own, which is not known here.
 */
export interface ObservabilityPluginInstance {
  /** Unique for each plugin. */
  readonly name: any;
  enabled: boolean;
  readonly config: { enabled?: boolean; [option: string]: any };
  /** For people, without secrets. `problem` says why nothing is recorded, if nothing can be. */
  getStatus(): { name: any; enabled: boolean; config: any; problem?: string };
  initialize(): Promise<void>;
  onInvocationStart(hasuraEvent: object, options?: object): Promise<void>;
  onEventDetectionStart(eventName: string, hasuraEvent: object): Promise<void>;
  onEventDetectionEnd(
    eventName: string,
    detected: boolean,
    hasuraEvent: object,
    durationMs?: number,
  ): Promise<void>;
  onEventHandlerStart(eventName: string, hasuraEvent: object): Promise<void>;
  /** Sets `jobExecutionId` in the options. */
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
  /** The recorder's counters; undefined before the first invocation. */
  health(): Health | undefined;
  /** Closes the store's file; the next hook opens it again. */
  close(): void;
}

/** Extends the BasePlugin of @hopdrive/hasura-event-detector if that can be found. */
export const ObservabilityPlugin: new (config?: PluginOptions) => ObservabilityPluginInstance;
export type ObservabilityPlugin = ObservabilityPluginInstance;

/** A plugin that extends a given BasePlugin, for a library that is not found or is another build. */
export function createPlugin<Base extends abstract new (...args: any[]) => object>(
  BasePlugin: Base,
  config?: PluginOptions,
): ObservabilityPluginInstance & InstanceType<Base>;

/** The options of listenTo() beside those of the library. */
export interface ObservedOptions {
  sourceFunction?: string | undefined;
  observability?: PluginOptions | undefined;
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
  jobExecutionId?: string | undefined;
}

/**
 * Returns what a job writes into a row's `updated_by`: "source|correlationId|jobExecutionId".
 * @throws TypeError if an id is not a UUID
 */
export function buildToken(source: string, correlationId: string, jobExecutionId?: string): string;
export function parseToken(text: unknown): TrackingToken | null;
/** Finds where an invocation comes from, in its payload. */
export function chainOrigin(
  hasuraEvent: unknown,
  options?: { field?: string | undefined },
): { correlationId?: string; sourceJobId?: string };
