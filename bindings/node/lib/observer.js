'use strict';
// Records what the hooks of the detector library tell. Which invocation, event and job a hook
// speaks of is known from the payload object and from the asynchronous context: a hook that starts
// something enters its node there, and the library's own functions carry it on to whatever they
// call. Names alone would confuse two jobs of one name.
//
// No hook throws, and each returns a promise that resolves when what it recorded is committed.

const { AsyncLocalStorage } = require('node:async_hooks');
const { captureConsole } = require('./console');
const { describeEvent, originalPayload } = require('./hasura_event');
const { LibraryLog } = require('./library_log');
const { ObservedInvocation } = require('./tree');
const { chainOrigin, isUuid, parseToken } = require('./tracking');
const { readSettings } = require('./settings');

const kTimeOutFlushMs = 250; // the host has given up already, so its platform will soon as well
const kReopenMs = 1000;
const nothing = Promise.resolve();

class Observer {
  #settings;
  #recorder = undefined;
  #openError = undefined;
  #openAgainAt = 0;
  #stopCapture = () => {};
  #context = new AsyncLocalStorage(); // a node of the tree
  #invocations = new WeakMap(); // by payload object
  #origins = new WeakMap(); // the same: what onPreConfigure found out
  #runningJobs = 0;
  #library = new LibraryLog();
  #reported = new Set();
  #accepts = () => true;

  constructor(config, { accepts } = {}) {
    this.#settings = readSettings(config);
    if (accepts) this.#accepts = accepts;
  }

  get isEnabled() {
    return this.#settings.isEnabled;
  }

  // Rejects only for what a person must put right; the library then disables the plugin and says so.
  async initialize() {
    if (!this.isEnabled) return;
    try {
      this.#open();
    } catch (error) {
      if (!isTemporary(error)) throw error;
      this.#report(error);
    }
  }

  async onPreConfigure(payload, options) {
    try {
      return this.isEnabled ? this.#configure(payload, options) : options;
    } catch (error) {
      this.#report(error);
      return options;
    }
  }

  onInvocationStart(payload, options) {
    return this.#do(() => {
      if (!isObject(payload) || !this.#accepts(payload)) return;
      const invocation = this.#start(payload, options);
      this.#context.enterWith(invocation);
      offer(payload, '__invocationId', invocation.handle.id);
    });
  }

  onEventDetectionStart(eventName, payload) {
    return this.#do(() => {
      const event = this.#invocationOf(payload)?.startEvent(String(eventName));
      if (event) this.#context.enterWith(event);
    });
  }

  onEventDetectionEnd(eventName, detected, payload, durationMs) {
    return this.#do(() => this.#eventOf(eventName, payload)?.detected(Boolean(detected), durationMs));
  }

  onEventHandlerStart(eventName, payload) {
    return this.#do(() => {
      const event = this.#eventOf(eventName, payload);
      event?.detected(true);
      if (event) this.#context.enterWith(event);
    });
  }

  onJobStart(jobName, jobOptions, eventName, payload) {
    let job;
    const committed = this.#do(() => {
      job = this.#startJob(String(jobName), jobOptions, this.#eventOf(eventName, payload));
      if (!job) return;
      this.#context.enterWith(job);
      offer(jobOptions, 'jobExecutionId', job.handle.id);
    });
    return committed.then(() => {
      if (job) job.hasBegun = true;
    });
  }

  onJobEnd(jobName, result, eventName, payload, durationMs) {
    return this.#do(() => {
      const name = String(jobName);
      const here = this.#context.getStore()?.job;
      if (here?.name === name && here.invocation.isOf(payload)) {
        here.end(result, durationMs);
        return;
      }
      const event = this.#eventOf(eventName, payload);
      const job = event?.runningJob(name) ?? this.#startJob(name, undefined, event);
      job?.end(result, durationMs);
    });
  }

  onEventHandlerEnd(eventName, jobResults, payload, durationMs) {
    return this.#do(() => {
      const event = this.#eventOf(eventName, payload);
      event?.settleJobs(jobResults);
      event?.complete(durationMs);
    });
  }

  onInvocationEnd(payload, result, durationMs) {
    let isLast = false; // no flush follows a time-out
    const committed = this.#do(() => {
      this.#invocationOf(payload)?.end(result, durationMs);
      isLast = Boolean(result?.timedOut);
    });
    if (!isLast || !this.#settings.shipsOnEnd) return committed;
    return this.#flush(Math.min(kTimeOutFlushMs, this.#settings.flushDeadlineMs));
  }

  // The library names the phase, and leaves it to the context whose it was.
  onError(error, phase) {
    return this.#do(() => {
      const node = this.#context.getStore();
      if (!node) return;
      if (phase === 'job') {
        if (node.job?.isRunning) node.job.error ??= error;
      } else if (phase === 'event_handler' || phase === 'event_detection') {
        node.event?.fail(error);
      } else {
        node.invocation.error ??= error;
      }
    });
  }

  onLog(level, message, data, jobName) {
    return this.#do(() => this.#library.onLog(this.#context.getStore(), { level, message, data, jobName }));
  }

  flush() {
    return this.#settings.shipsOnEnd ? this.#flush(this.#settings.flushDeadlineMs) : this.#do(() => {});
  }

  // The store stays open: all is committed, opening costs more than an invocation does, and jobs
  // that a time-out has left behind may still end. The end of the process closes it.
  shutdown() {
    const committed = this.#do(() => {
      // An invocation that finds no event modules hears of nothing else.
      const invocation = this.#context.getStore()?.invocation;
      if (invocation?.events.size === 0) invocation.end();
    });
    return this.#settings.ships ? this.#flush(this.#settings.flushDeadlineMs) : committed;
  }

  health() {
    return this.#recorder?.health();
  }

  // For hosts that want the store's file closed before they end. The next hook opens it again.
  close() {
    this.#recorder?.close();
    this.#recorder = undefined;
  }

  // A store that could not be opened is not tried again with every call.
  #open() {
    if (this.#recorder) return;
    if (performance.now() < this.#openAgainAt) throw this.#openError;
    try {
      const { Recorder } = require('./recorder');
      const { store, ...options } = this.#settings.recorder;
      this.#recorder = new Recorder(store, { ...options, onError: (error) => this.#report(error) });
    } catch (error) {
      this.#openError = error;
      this.#openAgainAt = performance.now() + kReopenMs;
      throw error;
    }
  }

  // Runs what a hook has to record. Whatever goes wrong is ours and not the host's.
  #do(action) {
    if (!this.isEnabled) return nothing;
    try {
      this.#open();
      action();
      return this.#recorder.committed();
    } catch (error) {
      this.#report(error);
      return nothing;
    }
  }

  async #flush(deadlineMs) {
    if (!this.#recorder) return;
    try {
      await this.#recorder.flush({ deadlineMs });
    } catch (error) {
      this.#report(error);
    }
  }

  // Tells the library of which chain the invocation is, unless somebody has.
  #configure(payload, options) {
    if (!isObject(payload) || !this.#accepts(payload)) return options;
    const given = options?.correlationId ?? undefined;
    const origin = this.#originOf(payload, options);
    this.#origins.set(payload, { ...origin, given });
    if (origin.sourceJobId && !payload.__sourceJobId) offer(payload, '__sourceJobId', origin.sourceJobId);
    // The library hands out UUIDs and may count on it.
    if (given !== undefined || !isUuid(origin.correlationId)) return options;
    return { ...options, correlationId: origin.correlationId };
  }

  #start(payload, options) {
    const { correlationId, sourceJobId } = this.#chainOf(payload, options);
    const handle = this.#recorder.startInvocation({
      ...describeEvent(payload, options ?? {}),
      id: options?.invocationId,
      correlationId,
      sourceJobId,
      sourceEventPayload: this.#settings.capturesPayload ? originalPayload(payload) : undefined,
    });
    const invocation = new ObservedInvocation(handle, payload, () => this.#jobEnded());
    this.#invocations.set(payload, invocation);
    return invocation;
  }

  #chainOf(payload, options) {
    const found = this.#origins.get(payload) ?? {
      ...this.#originOf(payload, options),
      given: options?.correlationId ?? undefined,
    };
    this.#origins.delete(payload);
    const isOurs = found.given === undefined && found.correlationId && !isUuid(found.correlationId);
    return {
      correlationId: isOurs
        ? found.correlationId
        : (options?.correlationId ?? found.correlationId ?? payload.__correlationId),
      sourceJobId: payload.__sourceJobId ?? found.sourceJobId,
    };
  }

  #originOf(payload, options) {
    const token = parseToken(options?.sourceTrackingToken);
    if (token) return { correlationId: token.correlationId, sourceJobId: token.jobExecutionId };
    return chainOrigin(payload, { field: this.#settings.correlationIdField });
  }

  // A hook about an invocation whose start was not told, since the plugin was registered in its
  // midst, starts it.
  #invocationOf(payload) {
    if (!isObject(payload) || !this.#accepts(payload)) return undefined;
    const here = this.#context.getStore()?.invocation;
    if (here?.isOf(payload)) return here;
    return this.#invocations.get(payload) ?? this.#start(payload);
  }

  #eventOf(eventName, payload) {
    const name = String(eventName);
    const invocation = this.#invocationOf(payload);
    const here = this.#context.getStore()?.event;
    if (here?.name === name && here.invocation === invocation) return here;
    return invocation?.events.get(name) ?? invocation?.startEvent(name);
  }

  #startJob(name, options, event) {
    if (!event) return undefined;
    const job = event.startJob(name, {
      functionName: typeof options?.functionName === 'string' ? options.functionName : name,
      options: this.#settings.capturesJobOptions ? options : undefined,
    });
    this.#jobStarted();
    return job;
  }

  // The console is patched only while a job runs.
  #jobStarted() {
    if (++this.#runningJobs > 1 || !this.#settings.capturesConsole) return;
    this.#stopCapture = captureConsole(
      () => isAtWork(this.#context.getStore()?.job),
      (level, message, data) => this.#library.onConsole(this.#context.getStore().job, level, message, data),
    );
  }

  #jobEnded() {
    if (--this.#runningJobs === 0) this.#stopCapture();
  }

  // Told once: the same fault would come with every call.
  #report(error) {
    try {
      if (this.#settings.onError) {
        this.#settings.onError(error);
        return;
      }
      const message = String(error?.message ?? error);
      if (this.#reported.has(message) || this.#reported.size >= 100) return;
      this.#reported.add(message);
      process.emitWarning(message, 'ObservabilityWarning');
    } catch {
      // The host's own function may throw.
    }
  }
}

function isAtWork(job) {
  return job !== undefined && job.isRunning && job.hasBegun;
}

// A full disk or another process that holds the store may be gone with the next invocation.
function isTemporary(error) {
  return ['busy', 'full', 'io', 'unavailable'].includes(error?.kind);
}

// Puts a property where others look for it. What is frozen does without.
function offer(object, key, value) {
  if (isObject(object)) Reflect.set(object, key, value);
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

module.exports = { Observer };
