'use strict';

// The recorder and its handles. Opening throws; after that no call throws, and none waits for
// longer than busyTimeout.
//
// A handle that is dropped without an end records nothing: its row stays running until the recorder
// is closed or the process ends, and is crashed from then on.

const native = require('./native');
const { encode } = require('./values');
const { ObservabilityError } = require('./errors');

const levels = { debug: 0, log: 1, info: 1, warn: 2, error: 3 };
const defaultDeadlineMs = 2000;

// Text for the columns that hold text, whatever was given.
function text(value) {
  if (typeof value === 'string' || value === undefined || value === null) return value;
  try {
    return String(value);
  } catch {
    return encode(value);
  }
}

function json(value) {
  return value === undefined ? undefined : encode(value);
}

// The three arguments with which the add-on takes a failure.
function failureOf(failure) {
  const { message, stack, durationMs } = failure ?? {};
  return [text(message), text(stack), durationMs];
}

// What JSON cannot say must not look as if it had not been given, so it becomes text, which is
// refused under the option's name.
function asOption(key, value) {
  const sayable = ['string', 'boolean', 'object', 'undefined'].includes(typeof value);
  return sayable || Number.isFinite(value) ? value : String(value);
}

class JobExecution {
  #native;

  constructor(handle) {
    this.#native = handle;
    this.id = handle.id();
    this.correlationId = handle.correlationId();
  }

  log(level, message, { data, source, lineNumber } = {}) {
    this.#native.log(levels[level] ?? levels.info, text(message), json(data), text(source), lineNumber);
  }

  complete(result, { durationMs } = {}) {
    this.#native.complete(json(result), durationMs);
  }

  fail(failure) {
    this.#native.fail(...failureOf(failure));
  }
}

class EventExecution {
  #native;

  constructor(handle) {
    this.#native = handle;
    this.id = handle.id();
  }

  detected({ durationMs } = {}) {
    this.#native.detected(durationMs);
  }

  notDetected({ durationMs } = {}) {
    this.#native.notDetected(durationMs);
  }

  detectionFailed(failure) {
    this.#native.detectionFailed(...failureOf(failure));
  }

  job(name, { id, functionName, options } = {}) {
    return new JobExecution(
      this.#native.startJob(text(id), text(name), text(functionName), json(options)),
    );
  }

  complete({ durationMs } = {}) {
    this.#native.complete(durationMs);
  }

  handlerFailed(failure) {
    this.#native.handlerFailed(...failureOf(failure));
  }
}

class Invocation {
  #native;
  #ended;

  constructor(handle, ended) {
    this.#native = handle;
    this.#ended = ended;
    this.id = handle.id();
    this.correlationId = handle.correlationId();
  }

  event(name, { id, modulePath } = {}) {
    return new EventExecution(this.#native.startEvent(text(id), text(name), text(modulePath)));
  }

  complete({ durationMs } = {}) {
    this.#native.complete(durationMs);
    this.#ended();
  }

  fail(failure) {
    this.#native.fail(...failureOf(failure));
    this.#ended();
  }

  timeOut({ durationMs } = {}) {
    this.#native.timeOut(durationMs);
    this.#ended();
  }
}

// Recorders that are open; the process closes them when it ends.
const recorders = new Set();

function closeAll() {
  for (const recorder of [...recorders]) recorder.close();
}

class Recorder {
  #native;
  #onError;
  #flushes = new Map(); // those under way: their ids and what to do at their end

  constructor(storePath, options = {}) {
    const { onError, ...others } = options ?? {};
    if (onError !== undefined && onError !== null && typeof onError !== 'function') {
      throw new ObservabilityError('invalid_argument', 'onError: must be a function');
    }
    if (storePath !== undefined && storePath !== null) others.store = storePath;
    this.#onError = onError;
    // The add-on must not keep a recorder that is closed and that nobody knows any more.
    const self = new WeakRef(this);
    const wake = () => self.deref()?.#readNews();
    try {
      this.#native = new native.Recorder(process.env, JSON.stringify(others, asOption), wake);
    } catch (error) {
      throw new ObservabilityError(error.kind ?? 'invalid_argument', error.message);
    }
    if (recorders.size === 0) process.on('exit', closeAll);
    recorders.add(this);
  }

  startInvocation(start) {
    const given = start ?? {};
    const handle = this.#native.startInvocation(
      text(given.id),
      text(given.correlationId),
      text(given.sourceFunction),
      text(given.sourceTable),
      text(given.sourceOperation),
      text(given.sourceSystem),
      text(given.sourceJobId),
      text(given.sourceEventId),
      json(given.sourceEventPayload),
      timeText(given.sourceEventTime),
      text(given.sourceUserEmail),
      text(given.sourceUserRole),
      given.autoLoadModules,
      text(given.eventModulesDirectory),
      json(given.contextData),
    );
    return new Invocation(handle, () => this.#native.nudge());
  }

  health() {
    return this.#native.health();
  }

  // Ships what is pending, for as long as the deadline allows. Never rejects.
  flush({ deadlineMs = defaultDeadlineMs } = {}) {
    const id = this.#native.flush();
    if (id === undefined) return Promise.resolve({ finished: false, rows: 0 });
    return new Promise((resolve) => {
      if (this.#flushes.size === 0) this.#native.keepAlive(true);
      const end = (result) => {
        clearTimeout(timer);
        this.#flushes.delete(id);
        if (this.#flushes.size === 0) this.#native.keepAlive(false);
        resolve(result);
      };
      const timer = setTimeout(() => {
        this.#native.giveUp(id);
        end({ finished: false, rows: 0 });
      }, deadlineMs);
      this.#flushes.set(id, end);
    });
  }

  close() {
    if (!recorders.delete(this)) return;
    if (recorders.size === 0) process.off('exit', closeAll);
    this.#native.close();
    this.#readNews();
    for (const end of this.#flushes.values()) end({ finished: false, rows: 0 });
  }

  #readNews() {
    const news = this.#native.takeNews();
    if (!news) return;
    for (const { id, finished, rows } of news.flushed) this.#flushes.get(id)?.({ finished, rows });
    if (!this.#onError) return;
    for (const { kind, message } of news.errors) {
      try {
        this.#onError(new ObservabilityError(kind, message));
      } catch {
        // A host's own handler must not bring the host down through us.
      }
    }
  }
}

function timeText(time) {
  return time instanceof Date && !Number.isNaN(time.getTime()) ? time.toISOString() : text(time);
}

module.exports = { Recorder };
