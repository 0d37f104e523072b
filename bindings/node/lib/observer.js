'use strict';
// Records the calls of the detector library's hooks. The payload object and the asynchronous context
// say which invocation, event and job a hook belongs to: a hook that starts something enters its node
// in the context, which the library's functions pass on to everything that they call. Names alone
// would confuse two jobs with one name.
//
// No hook throws, and each returns a promise that resolves when what it recorded is committed.

const { AsyncLocalStorage } = require('node:async_hooks');
const { chainOf } = require('./chain_origin');
const { captureConsole, keepCapturing } = require('./console');
const { ObservabilityError } = require('./errors');
const { describeEvent, originalPayload } = require('./hasura_event');
const { PluginRecorder } = require('./plugin_recorder');
const { LibraryLog } = require('./library_log');
const { readSettings } = require('./settings');
const { ObservedInvocation } = require('./tree');

const kTimeOutFlushMs = 250; // the host gives up now, and its platform soon

class Observer {
  #settings;
  #recorder;
  #stopCapture = () => {};
  #context = new AsyncLocalStorage(); // a node of the tree
  #invocations = new WeakMap(); // by payload object
  #runningJobs = 0;
  #library = new LibraryLog((value) => this.#recorder.open().redact(value));
  #manager = undefined;
  #accepts = () => true;

  constructor(config, { accepts } = {}) {
    this.#settings = readSettings(config);
    this.#recorder = new PluginRecorder(this.#settings);
    if (accepts) this.#accepts = accepts;
    if (this.isEnabled && this.#settings.ignored.length > 0) this.#tellIgnored();
  }

  set manager(manager) {
    this.#manager = manager;
  }

  get isEnabled() {
    return this.#settings.isEnabled;
  }

  // Rejects only for errors that a person must correct; the library then disables the plugin and
  // reports that.
  async initialize() {
    if (!this.isEnabled) return;
    try {
      this.#recorder.open();
    } catch (error) {
      if (!isTemporary(error)) throw error;
      this.#recorder.report(error);
    }
  }

  onInvocationStart(payload, options) {
    return this.#recorder.write(() => {
      if (!isObject(payload) || !this.#accepts(payload)) return;
      this.#context.enterWith(this.#start(payload, options));
    });
  }

  onEventDetectionStart(eventName, payload) {
    return this.#recorder.write(() => {
      const event = this.#invocationOf(payload)?.startEvent(String(eventName));
      if (event) this.#context.enterWith(event);
    });
  }

  onEventDetectionEnd(eventName, detected, payload, durationMs) {
    return this.#recorder.write(() =>
      this.#eventOf(eventName, payload)?.detected(Boolean(detected), durationMs),
    );
  }

  onEventHandlerStart(eventName, payload) {
    return this.#recorder.write(() => {
      const event = this.#eventOf(eventName, payload);
      event?.detected(true);
      if (event) this.#context.enterWith(event);
    });
  }

  onJobStart(jobName, jobOptions, eventName, payload) {
    let job;
    const committed = this.#recorder.write(() => {
      job = this.#startJob(String(jobName), jobOptions, this.#eventOf(eventName, payload));
      if (!job) return;
      this.#context.enterWith(job);
      offer(jobOptions, 'jobExecutionId', job.handle.id);
    });
    keepCapturing();
    return committed.then(() => {
      if (job) job.hasBegun = true;
    });
  }

  onJobEnd(jobName, result, eventName, payload, durationMs) {
    keepCapturing();
    return this.#recorder.write(() => {
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
    return this.#recorder.write(() => {
      const event = this.#eventOf(eventName, payload);
      event?.settleJobs(jobResults);
      event?.complete(durationMs);
    });
  }

  onInvocationEnd(payload, result, durationMs) {
    let isLast = false; // no flush follows a time-out
    const committed = this.#recorder.write(() => {
      this.#invocationOf(payload)?.end(result, durationMs);
      isLast = Boolean(result?.timedOut);
    });
    return isLast && this.#settings.shipsOnEnd ? this.#recorder.ship(this.#hurriedMs) : committed;
  }

  // The library passes the phase; the context says which node it belongs to.
  onError(error, phase) {
    return this.#recorder.write(() => {
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
    const line = { level, message, data, jobName };
    if (jobName === 'system') return this.#heed(line);
    return this.#recorder.write(() => this.#library.onLog(this.#context.getStore(), line));
  }

  // The library's messages about itself, several for each job, are not recorded.
  async #heed(line) {
    try {
      if (this.isEnabled) this.#library.onChatter(this.#context.getStore(), line);
    } catch (error) {
      this.#recorder.report(error);
    }
  }

  // The library calls this before the end of an invocation only when a time-out is near.
  flush() {
    if (!this.#settings.shipsOnEnd) return this.#recorder.write(() => {});
    const isHurried = this.#context.getStore()?.invocation.hasEnded === false;
    return this.#recorder.ship(isHurried ? this.#hurriedMs : this.#settings.flushDeadlineMs);
  }

  // The store stays open: everything is committed, opening costs more than an invocation, and jobs may
  // still end after a time-out. The end of the process closes it.
  shutdown() {
    keepCapturing();
    const committed = this.#recorder.write(() => {
      // For an invocation without event modules, the library calls no other hook.
      const invocation = this.#context.getStore()?.invocation;
      if (invocation?.events.size === 0) invocation.end();
    });
    return this.#settings.ships ? this.#recorder.ship(this.#settings.flushDeadlineMs) : committed;
  }

  health() {
    return this.#recorder.health();
  }

  // For hosts that want the store's file closed before they end. The next hook opens it again.
  close() {
    this.#recorder.close();
  }

  get #hurriedMs() {
    return Math.min(kTimeOutFlushMs, this.#settings.flushDeadlineMs);
  }

  #start(payload, options) {
    const { isOurs, ...chain } = chainOf(payload, options, this.#settings.correlationIdField);
    const handle = this.#recorder.open().startInvocation({
      ...describeEvent(payload, options ?? {}),
      ...chain,
      id: options?.invocationId,
      sourceEventPayload: this.#settings.capturesPayload ? originalPayload(payload) : undefined,
    });
    const invocation = new ObservedInvocation(handle, payload, () => this.#jobEnded());
    this.#invocations.set(payload, invocation);
    offer(payload, '__invocationId', handle.id);
    if (chain.sourceJobId) offer(payload, '__sourceJobId', chain.sourceJobId);
    if (isOurs && this.#mayTellId()) offer(payload, '__correlationId', chain.correlationId);
    return invocation;
  }

  // The library's own plugin finds its rows by the id that the library has made.
  #mayTellId() {
    return !this.#manager?.getPlugin?.('ObservabilityPlugin')?.enabled;
  }

  #tellIgnored() {
    const names = this.#settings.ignored.join(', ');
    const message = `these options of the detector library's own plugin have no effect and are ignored: ${names}`;
    this.#recorder.report(new ObservabilityError('invalid_argument', message));
  }

  // If the plugin was registered during an invocation, the first hook starts the invocation here.
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
      functionName: this.#library.takeFunctionName() || name,
      options: this.#settings.capturesJobOptions ? ownOptions(options) : undefined,
    });
    this.#jobStarted();
    return job;
  }

  // The console is patched only while a job runs.
  #jobStarted() {
    if (++this.#runningJobs > 1 || !this.#settings.capturesConsole) return;
    this.#stopCapture = captureConsole(
      () => isAtWork(this.#context.getStore()?.job),
      (...line) => this.#library.onConsole(this.#context.getStore().job, ...line),
    );
  }

  #jobEnded() {
    if (--this.#runningJobs === 0) this.#stopCapture();
  }
}

function isAtWork(job) {
  return job !== undefined && job.isRunning && job.hasBegun;
}

// A full disk may have space, and a busy store may be free, at the next invocation.
function isTemporary(error) {
  return ['busy', 'full', 'io', 'unavailable'].includes(error?.kind);
}

// Without the id that an earlier job put into the same object.
function ownOptions(options) {
  return options?.jobExecutionId === undefined
    ? options
    : { ...options, jobExecutionId: undefined };
}

// Sets a property for other code to read, unless the object is frozen.
function offer(object, key, value) {
  if (isObject(object)) Reflect.set(object, key, value);
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

module.exports = { Observer };
