'use strict';

// The recorder. Opening throws; after that no call throws, and none waits for longer than busyTimeout.

const native = require('./native');
const { ObservabilityError } = require('./errors');
const { Invocation } = require('./handles');
const { Lines, observe } = require('./observe');
const { Shared, text } = require('./shared');
const { CommitEachCall, CommitEachTick } = require('./commit_policy');

// Node's own, whatever tests of a host put in their place.
const { setTimeout, clearTimeout } = globalThis;

const commits = { call: CommitEachCall, tick: CommitEachTick };
const noNotifications = { flushed: [], errors: [] };
const defaultDeadlineMs = 2000;
const longestTimerMs = 2 ** 31 - 1; // a longer one, or none at all, would end at once

function deadlineOf(given) {
  const ms = ['number', 'string'].includes(typeof given) ? Number(given) : NaN;
  return Number.isNaN(ms) ? defaultDeadlineMs : Math.min(ms, longestTimerMs);
}

// A value that JSON cannot express must not look as if it were not given, so it becomes text, which
// is refused under the option's name.
function asOption(key, value) {
  const sayable = ['string', 'boolean', 'object', 'undefined'].includes(typeof value);
  return sayable || Number.isFinite(value) ? value : String(value);
}

function refuse(option, why) {
  throw new ObservabilityError('invalid_argument', `${option}: ${why}`);
}

// Recorders that are open; the process closes them when it ends.
const recorders = new Set();

function closeAll() {
  for (const recorder of [...recorders]) recorder.close();
}

class Recorder {
  #native;
  #commitPolicy;
  #shared; // what its handles need
  #lines;
  #isListening; // whether the host has an onError
  #flushes = new Map(); // those under way: their ids and what to do at their end
  #unshipped = 0; // flushes that ended too early

  constructor(storePath, options) {
    const { onError, commit, ...others } = options ?? {};
    if (typeof (onError ?? closeAll) !== 'function') refuse('onError', 'must be a function');
    if (!Object.hasOwn(commits, commit ?? 'call')) refuse('commit', "must be 'call' or 'tick'");
    if (storePath !== undefined && storePath !== null) others.store = storePath;
    // The add-on must not keep a closed recorder alive that the host has dropped.
    const self = new WeakRef(this);
    const wake = () => self.deref()?.#readNotifications();
    try {
      const json = JSON.stringify(others, asOption);
      this.#native = new native.Recorder(process.env, json, wake, commit === 'tick');
    } catch (error) {
      throw new ObservabilityError(error.kind ?? 'invalid_argument', error.message, error);
    }
    this.#isListening = Boolean(onError);
    this.#commitPolicy = new commits[commit ?? 'call'](this.#native);
    this.#shared = new Shared(this.#native, this.#commitPolicy, { ...others, onError });
    this.#lines = new Lines(this.#shared.capturesConsole);
    if (recorders.size === 0) process.on('exit', closeAll);
    recorders.add(this);
  }

  startInvocation(start) {
    const given = this.#shared.fields('startInvocation', start);
    const handle = this.#native.startInvocation(
      text(given.id),
      text(given.correlationId),
      text(given.sourceFunction),
      text(given.sourceTable),
      text(given.sourceOperation),
      text(given.sourceSystem),
      text(given.sourceJobId),
      text(given.sourceEventId),
      this.#shared.json(given.sourceEventPayload),
      text(given.sourceEventTime),
      text(given.sourceUserEmail),
      text(given.sourceUserRole),
      given.autoLoadModules,
      text(given.eventModulesDirectory),
      this.#shared.json(given.contextData),
    );
    this.#commitPolicy.recorded();
    return new Invocation(handle, this.#shared);
  }

  // Calls `action(run)` as an invocation, and gives what it gives; see observe.js.
  observe(...args) {
    return observe(this, this.#lines, args);
  }

  // Resolves when everything recorded so far is committed, or waits in memory because the store
  // does not take it now.
  committed() {
    return this.#commitPolicy.committed();
  }

  health() {
    return { ...this.#native.health(), unshipped: this.#unshipped };
  }

  // The value without the secrets that the options name.
  redact(value) {
    return this.#shared.redact(value);
  }

  // Ships what is pending, for as long as the deadline allows. Never rejects.
  flush(options) {
    const { deadlineMs } = this.#shared.fields('flush', options);
    this.#commit();
    const id = this.#native.flush();
    if (id === undefined) return Promise.resolve({ finished: false });
    return new Promise((resolve) => {
      const end = (finished) => {
        clearTimeout(timer);
        this.#flushes.delete(id);
        if (this.#flushes.size === 0) this.#native.keepAlive(false);
        if (!finished) ++this.#unshipped;
        resolve({ finished });
      };
      const timer = setTimeout(() => {
        this.#native.giveUp(id);
        end(false);
      }, deadlineOf(deadlineMs));
      if (this.#flushes.size === 0) this.#native.keepAlive(true);
      this.#flushes.set(id, end);
    });
  }

  close() {
    if (!recorders.delete(this)) return;
    if (recorders.size === 0) process.off('exit', closeAll);
    this.#commitPolicy.commit();
    this.#native.close(); // which waits for commits that are under way
    this.#readNotifications();
    for (const end of this.#flushes.values()) end(false);
  }

  // Before something else is done.
  #commit() {
    this.#commitPolicy.commit();
    this.#native.commit();
  }

  // Errors are reported before the flush that has met them ends.
  #readNotifications() {
    const committed = this.#native.committed();
    const { flushed, errors } = this.#native.takeNotifications() ?? noNotifications;
    for (const error of this.#isListening ? errors : []) {
      this.#shared.reporter.report(new ObservabilityError(error.kind, error.message, error));
    }
    this.#commitPolicy.stored(committed);
    for (const { id, finished } of flushed) this.#flushes.get(id)?.(finished);
  }
}

module.exports = { Recorder };
