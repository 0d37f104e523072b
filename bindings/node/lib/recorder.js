'use strict';

// The recorder and its handles. Opening throws; after that no call throws, and none waits for
// longer than busyTimeout.
//
// A handle that is dropped without an end records nothing: its row stays running until the recorder
// is closed or the process ends, and is crashed from then on.

const native = require('./native');
const { encode } = require('./values');
const { ObservabilityError } = require('./errors');
const { EachCall, EachTurn } = require('./turn');

const levels = new Map([
  ['debug', 0],
  ['log', 1],
  ['info', 1],
  ['warn', 2],
  ['error', 3],
]);
const commits = { call: EachCall, tick: EachTurn };
const defaultDeadlineMs = 2000;
const longestTimerMs = 2 ** 31 - 1; // a longer one, or none at all, would end at once

// Text for the columns that hold text, whatever was given.
function text(value) {
  if (value === undefined || value === null) return value;
  if (typeof value === 'string') return wellFormed(value);
  try {
    return wellFormed(value instanceof Date ? value.toISOString() : String(value));
  } catch {
    return encode(value);
  }
}

// Half a surrogate pair would become U+FFFD on its way to the add-on without a word. In its place
// goes a NUL, which the recorder replaces by the same, and says so in the row.
function wellFormed(string) {
  return string.isWellFormed?.() ? string : string.replace(/\p{Surrogate}/gu, '\0');
}

function deadlineOf(given) {
  const ms = ['number', 'string'].includes(typeof given) ? Number(given) : NaN;
  return Number.isNaN(ms) ? defaultDeadlineMs : Math.min(ms, longestTimerMs);
}

// Turns values into JSON text of the size that the add-on takes whole.
function encoder(maxJsonSize) {
  const given = maxJsonSize ?? (process.env.OBSERVABILITY_MAX_JSON_SIZE || undefined);
  const options = given === undefined ? undefined : { maxBytes: Number(given) };
  return (value) => encode(value, options);
}

// A host's own object, read once, whatever its getters do.
function bag(given) {
  try {
    return { ...given };
  } catch {
    return {};
  }
}

// The three arguments with which the add-on takes a failure. An Error will do.
function failureOf(failure) {
  try {
    const { message, stack, durationMs } = failure ?? {};
    return [text(message), text(stack), durationMs];
  } catch {
    return [encode(failure)];
  }
}

class JobExecution {
  #native;
  #shared;

  constructor(handle, shared) {
    this.#native = handle;
    this.#shared = shared;
    this.id = handle.id();
    this.correlationId = handle.correlationId();
  }

  log(level, message, line) {
    const { data, source, lineNumber } = bag(line);
    const number = levels.get(level);
    this.#native.log(number, text(message), this.#shared.json(data), text(source), lineNumber);
    this.#shared.turn.recorded();
  }

  complete(result, finish) {
    this.#native.complete(this.#shared.json(result), bag(finish).durationMs);
    this.#shared.turn.recorded();
  }

  fail(failure) {
    this.#native.fail(...failureOf(failure));
    this.#shared.turn.recorded();
  }
}

class EventExecution {
  #native;
  #shared;

  constructor(handle, shared) {
    this.#native = handle;
    this.#shared = shared;
    this.id = handle.id();
  }

  detected(finish) {
    this.#native.detected(bag(finish).durationMs);
    this.#shared.turn.recorded();
  }

  notDetected(finish) {
    this.#native.notDetected(bag(finish).durationMs);
    this.#shared.turn.recorded();
  }

  detectionFailed(failure) {
    this.#native.detectionFailed(...failureOf(failure));
    this.#shared.turn.recorded();
  }

  job(name, start) {
    const { id, functionName, options } = bag(start);
    const handle = this.#native.startJob(
      text(id),
      text(name),
      text(functionName),
      this.#shared.json(options),
    );
    this.#shared.turn.recorded();
    return new JobExecution(handle, this.#shared);
  }

  complete(finish) {
    this.#native.complete(bag(finish).durationMs);
    this.#shared.turn.recorded();
  }

  handlerFailed(failure) {
    this.#native.handlerFailed(...failureOf(failure));
    this.#shared.turn.recorded();
  }
}

class Invocation {
  #native;
  #shared;

  constructor(handle, shared) {
    this.#native = handle;
    this.#shared = shared;
    this.id = handle.id();
    this.correlationId = handle.correlationId();
  }

  event(name, start) {
    const { id, modulePath } = bag(start);
    const handle = this.#native.startEvent(text(id), text(name), text(modulePath));
    this.#shared.turn.recorded();
    return new EventExecution(handle, this.#shared);
  }

  complete(finish) {
    this.#native.complete(bag(finish).durationMs);
    this.#shared.turn.invocationEnded();
  }

  fail(failure) {
    this.#native.fail(...failureOf(failure));
    this.#shared.turn.invocationEnded();
  }

  timeOut(finish) {
    this.#native.timeOut(bag(finish).durationMs);
    this.#shared.turn.invocationEnded();
  }
}

// What JSON cannot say must not look as if it had not been given, so it becomes text, which is
// refused under the option's name.
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
  #turn;
  #shared; // what its handles need
  #onError;
  #flushes = new Map(); // those under way: their ids and what to do at their end

  constructor(storePath, options) {
    const { onError, commit, ...others } = options ?? {};
    if (typeof (onError ?? closeAll) !== 'function') refuse('onError', 'must be a function');
    if (!Object.hasOwn(commits, commit ?? 'call')) refuse('commit', "must be 'call' or 'tick'");
    if (storePath !== undefined && storePath !== null) others.store = storePath;
    this.#onError = onError;
    // The add-on must not keep a recorder that is closed and that nobody knows any more.
    const self = new WeakRef(this);
    const wake = () => self.deref()?.#readNews();
    try {
      const json = JSON.stringify(others, asOption);
      this.#native = new native.Recorder(process.env, json, wake, commit === 'tick');
    } catch (error) {
      throw new ObservabilityError(error.kind ?? 'invalid_argument', error.message);
    }
    this.#turn = new commits[commit ?? 'call'](this.#native);
    this.#shared = { turn: this.#turn, json: encoder(others.maxJsonSize) };
    if (recorders.size === 0) process.on('exit', closeAll);
    recorders.add(this);
  }

  startInvocation(start) {
    const given = bag(start);
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
    this.#turn.recorded();
    return new Invocation(handle, this.#shared);
  }

  // Resolves when everything recorded so far is committed, or waits in memory because the store
  // does not take it now.
  committed() {
    return this.#turn.committed();
  }

  health() {
    return this.#native.health();
  }

  // Ships what is pending, for as long as the deadline allows. Never rejects.
  flush(options) {
    const { deadlineMs } = bag(options);
    this.#turn.commit();
    const id = this.#native.flush();
    if (id === undefined) return Promise.resolve({ finished: false });
    return new Promise((resolve) => {
      const end = (finished) => {
        clearTimeout(timer);
        this.#flushes.delete(id);
        if (this.#flushes.size === 0) this.#native.keepAlive(false);
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
    this.#turn.commit();
    this.#native.close();
    this.#readNews();
    for (const end of this.#flushes.values()) end(false);
  }

  #readNews() {
    const news = this.#native.takeNews();
    if (!news) return;
    for (const { id, finished } of news.flushed) this.#flushes.get(id)?.(finished);
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

module.exports = { Recorder };
