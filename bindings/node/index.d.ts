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
