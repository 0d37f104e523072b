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

// Made from the table of options by tests/integration/options/declarations.py: do not edit.

/** Where the telemetry goes in the end; what is left open is up to libpq and its environment. */
export interface Database {
  /** The centre, as a URL or keywords of libpq; wins over the single fields. Text; default none. */
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
  /** Whether to talk TLS to the centre. Default libpq's. */
  ssl?: boolean | string | { rejectUnauthorized?: boolean | undefined } | undefined;
}

/** Each one not given is taken from the environment, else it is the default. */
export interface RecorderOptions {
  /** False: no file is opened and every call does nothing. Default true. */
  enabled?: boolean | undefined;
  /** The store file; made if it does not exist. Text; default telemetry.db. */
  store?: string | undefined;
  /**
   * What people call this place; stored when the file is made. Text, up to 255 bytes; default
   * the host's name.
   */
  hostLabel?: string | undefined;
  /**
   * What a recorded call survives: the death of the process, or the loss of power as well.
   * Default process.
   */
  durability?: 'process' | 'power' | undefined;
  /** Keep the lines that jobs log. Default true. */
  captureConsoleLog?: boolean | undefined;
  /** Keep the options of jobs. Default true. */
  captureJobOptions?: boolean | undefined;
  /** Keep the payloads of events. Default true. */
  captureHasuraPayload?: boolean | undefined;
  /** Keep the stacks of errors. Default true. */
  captureErrorStacks?: boolean | undefined;
  /** Values that never reach the disk. Default none. */
  redact?: readonly string[] | undefined;
  /** The same for keys that are usually names of secrets. Default true. */
  redactSecrets?: boolean | undefined;
  /**
   * Bound of one document or text; a larger document becomes a marker with its first part. 1 to
   * 33554432 bytes; default 1048576.
   */
  maxJsonSize?: number | undefined;
  /**
   * How long a call may wait for another process that writes. Milliseconds, 0 to 600000;
   * default 250.
   */
  busyTimeout?: number | undefined;
  /**
   * How long a call may wait in memory for others to share a commit with; 0: every call is
   * committed when it returns. Milliseconds, 0 to 60000; default 0.
   */
  commitWithin?: number | undefined;
  /**
   * Calls that wait in memory while the store cannot take them. 0 to 2^40 bytes; default
   * 16777216.
   */
  maxQueueBytes?: number | undefined;
  /** Bound of the store file; 0: only the disk's. 0, or 1048576 to 2^48 bytes; default 0. */
  maxStoreBytes?: number | undefined;
  /** Delete the oldest that has been shipped, or give up new calls. Default keepNewest. */
  whenFull?: 'keepNewest' | 'refuse' | undefined;
  /**
   * Size of the write-ahead log at which calls wait for the thread that empties it, each no
   * longer than busyTimeout; less where the disk has little room. 65536 to 2^40 bytes; default
   * 33554432.
   */
  maxWalBytes?: number | undefined;
  /** The schema at the centre. Text, 1 to 63 bytes; default event_detector_observability. */
  schema?: string | undefined;
  /** When the host itself ships: never, when an invocation ends, all the time. Default off. */
  replicate?: 'off' | 'onEnd' | 'background' | undefined;
  /**
   * How the host ships: into the tables of the centre, or into its inbox, for which a role
   * suffices that may do nothing else. Default direct.
   */
  replicateVia?: 'direct' | 'inbox' | undefined;
  /** Rows in one batch. 1 to 1000000; default 5000. */
  batchSize?: number | undefined;
  /** Pause between ships. Milliseconds, 0 to 86400000; default 5000. */
  flushInterval?: number | undefined;
  /** Further attempts of a ship that failed; -1: for ever. -1 to 1000000; default -1. */
  retryAttempts?: number | undefined;
  /**
   * First pause between attempts, or up to twice that; it doubles up to a minute. Milliseconds,
   * 0 to 86400000; default 1000.
   */
  retryDelay?: number | undefined;
  /** The centre. */
  database?: Database | undefined;
  /** When calls are committed: each before it returns, or those of one turn of the event loop
   * together. Default call; of the plugin, tick. */
  commit?: 'call' | 'tick' | undefined;
  /** Told, on this thread and some time later, what went wrong and was not thrown. */
  onError?: ((error: ObservabilityError) => void) | undefined;
}

// The end of what is made.

/** A name that is none of these is told to `onError`, as with all calls. */
export interface InvocationStart {
  /** The host's own UUID; one is made if there is none. */
  id?: string | undefined;
  /** Ties a chain together; one is made if there is none. */
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

/** Durations are milliseconds, measured since the start when they are not given. */
export interface Finish {
  durationMs?: number | undefined;
}

/**
 * What calls take that end in failure: an error, text, or this. Anything else that may be thrown will
 * do, and nothing of it is lost.
 */
export interface Failure extends Finish {
  message?: string | undefined;
  stack?: string | undefined;
  /** Whose stack comes below. */
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

/** Names of other loggers, such as 'warning', 'fatal' or 'trace', and any case will do as well. */
export type LogLevel = 'debug' | 'info' | 'log' | 'warn' | 'error' | (string & {});

export interface Health {
  /** Calls committed, also those that had to wait. */
  stored: number;
  /** Calls that wait in memory now. */
  queued: number;
  /** Calls given up. */
  dropped: number;
  /** Size of the write-ahead log after the last commit. */
  walBytes: number;
  /** Flushes that ended before everything was at the centre. */
  unshipped: number;
}

export interface JobExecution {
  readonly id: string;
  readonly correlationId: string;
  /** What is no text is rendered as console.log does it, and kept as the line's data. */
  log(level: LogLevel, message: unknown, line?: LogLine): void;
  /** At level info. */
  log(message: unknown): void;
  complete(result?: unknown, finish?: Finish): void;
  /** `failure` is a Failure, an error, text, or whatever was thrown. */
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
  /** `failure` is a Failure, an error, text, or whatever was thrown. */
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

/** Runs functions as jobs. Each gives what its function gives, and fails with what that throws. */
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
  /** A line of the call's own, which belongs to none of its jobs. */
  log(level: LogLevel, message: unknown, line?: LogLine): void;
  log(message: unknown): void;
}

export class Recorder {
  /**
   * Opens the store, making it where needed.
   * @throws ObservabilityError if an option is wrong or the store cannot be opened
   */
  constructor(storePath?: string | null, options?: RecorderOptions);
  startInvocation(start?: InvocationStart): Invocation;
  /**
   * Calls `action` as an invocation of the function `name`. Console lines that it prints are those of
   * the job that prints them. A call in which no event and no job is begun is one job of its name.
   * `payload` may be an event of Hasura, which tells the rest; `start` has the last word. Gives what
   * `action` gives, or rejects with what it throws, once all is committed.
   */
  observe<Value>(
    name: string,
    payload: unknown,
    action: (run: ObservedCall) => Value,
    start?: InvocationStart,
  ): Promise<Awaited<Value>>;
  /** Resolves when everything recorded so far is committed, and keeps the process alive until then. */
  committed(): Promise<void>;
  /** Ships what is pending; what is not shipped by the deadline (2000 ms) stays in the store, and
   * counts in `health().unshipped`. */
  flush(options?: { deadlineMs?: number | undefined }): Promise<{ finished: boolean }>;
  /** The value itself, or a copy without the secrets that the options name. */
  redact<Value>(value: Value): Value;
  health(): Health;
  /** Ends recording. What is still running then is crashed. */
  close(): void;
}

/** As the plugin takes it: with what the library's own plugin and node-postgres have besides. */
export interface PluginDatabase extends Omit<Database, 'port' | 'ssl'> {
  port?: number | string | undefined;
  ssl?: boolean | string | { [option: string]: unknown } | undefined;
  /** Ignored, and named once. */
  pool?: unknown;
}

/** The options of the plugin: those of the recorder, and some of its own. */
export interface PluginOptions extends Omit<RecorderOptions, 'database'> {
  /** The centre. */
  database?: PluginDatabase | undefined;
  /** How long flush() and shutdown() may take with replicate 'onEnd'. Milliseconds; default 1000. */
  flushDeadlineMs?: number | undefined;
  /** A column of the row that holds a correlation id or a tracking token. Default none. */
  correlationIdField?: string | undefined;
  /** Of the library's own plugin, as `graphql` and `console`: ignored, and named once. */
  transport?: unknown;
  graphql?: unknown;
  console?: unknown;
}

/**
 * The hooks of the detector library. None rejects, but initialize() for options that are wrong. Names
 * have a type of the library's own, which is not known here.
 */
export interface ObservabilityPluginInstance {
  /** Each plugin has one of its own. */
  readonly name: any;
  enabled: boolean;
  readonly config: { enabled?: boolean; [option: string]: any };
  /** For people: without what is secret. `problem` says why nothing is recorded, where nothing can be. */
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
export type ObservabilityPlugin = ObservabilityPluginInstance;

/** A plugin on a given BasePlugin, for a library that is not found or is another build. */
export function createPlugin<Base extends abstract new (...args: any[]) => object>(
  BasePlugin: Base,
  config?: PluginOptions,
): ObservabilityPluginInstance & InstanceType<Base>;

/** What the options of listenTo() have beside those of the library. */
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
 * What a job writes into a row's `updated_by`: "source|correlationId|jobExecutionId".
 * @throws TypeError if an id is no UUID
 */
export function buildToken(source: string, correlationId: string, jobExecutionId?: string): string;
export function parseToken(text: unknown): TrackingToken | null;
/** Where an invocation comes from, by its payload. */
export function chainOrigin(
  hasuraEvent: unknown,
  options?: { field?: string | undefined },
): { correlationId?: string; sourceJobId?: string };
