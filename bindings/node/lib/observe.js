'use strict';
// Recorder.observe(): an invocation around a function, and inside it events and jobs around functions.
// Each fails when its function throws, and returns the function's value. The asynchronous context says
// which job prints a line.

const { AsyncLocalStorage } = require('node:async_hooks');

const { captureConsole, keepCapturing } = require('./console');
const { describeEvent, originalPayload } = require('./hasura_event');
const { kPrint } = require('./handles');
const { hideInsides } = require('./insides');
const { chainOf } = require('./chain_origin');
const { givenIn } = require('./shared');

const context = new AsyncLocalStorage(); // the running scope, of any recorder

// A call or a job that runs in a context. `job` is the innermost job, if any.
class Scope {
  isRunning = true;

  constructor(call, job) {
    this.call = call;
    this.job = job;
  }

  async run(action, ...args) {
    this.call.lines.begin();
    try {
      return await context.run(this, action, ...args);
    } finally {
      this.isRunning = false;
      this.call.lines.end();
    }
  }

  print(...line) {
    (this.job ?? this.call.ownJob())[kPrint](...line);
  }
}

// Captures the console lines of a recorder's calls and jobs while any of them run. A job may outlive
// its call.
class Lines {
  #isWanted;
  #running = 0;
  #stop = () => {};

  constructor(isWanted) {
    this.#isWanted = isWanted;
  }

  begin() {
    if (++this.#running === 1 && this.#isWanted) {
      const here = () => context.getStore();
      const wants = () => here()?.isRunning && here().call.lines === this;
      this.#stop = captureConsole(wants, (...line) => here().print(...line));
    }
    keepCapturing();
  }

  end() {
    if (--this.#running === 0) this.#stop();
  }
}

// The argument of the function that observe() runs.
class ObservedCall {
  #invocation;
  #name;
  #ownEvent; // for jobs that belong to no event
  #ownJob; // for lines that belong to no job
  #hasEvents = false;
  #failures = new Set(); // errors of jobs, which do not make the event fail as well

  constructor(invocation, name, lines) {
    this.#invocation = invocation;
    this.#name = name;
    Object.defineProperty(this, 'lines', { value: lines });
    this.id = invocation.id;
    this.correlationId = invocation.correlationId;
  }

  async event(name, action) {
    const event = this.#begin(name);
    try {
      const value = await new Scope(this).run(action, new ObservedEvent(event, this));
      event.complete();
      return value;
    } catch (error) {
      if (this.#failures.has(error)) event.complete();
      else event.handlerFailed(error);
      throw error;
    }
  }

  job(name, ...rest) {
    return this.runJob(this.#eventOfOwn(), name, ...rest);
  }

  log(...args) {
    this.ownJob().log(...args);
  }

  ownJob() {
    this.#ownJob ??= this.#eventOfOwn().job(this.#name);
    return this.#ownJob;
  }

  // `start` is optional.
  async runJob(event, name, ...rest) {
    const [start, action] = rest.length > 1 ? rest : [undefined, rest[0]];
    const job = event.job(name, { functionName: nameOf(action), ...givenIn(start) });
    const { id, correlationId } = job;
    const log = (...args) => job.log(...args);
    try {
      const value = await new Scope(this, job).run(action, { id, correlationId, log });
      job.complete(value);
      return value;
    } catch (error) {
      this.#failures.add(error);
      job.fail(error);
      throw error;
    }
  }

  // A call without events and jobs is recorded as one job.
  complete(value) {
    if (!this.#hasEvents) this.ownJob();
    this.#ownJob?.complete(value);
    this.#ownEvent?.complete();
    this.#invocation.complete();
  }

  fail(error) {
    if (!this.#hasEvents) this.ownJob();
    this.#ownJob?.fail(error);
    this.#ownEvent?.complete();
    this.#invocation.fail(error);
  }

  #eventOfOwn() {
    this.#ownEvent ??= this.#begin(this.#name);
    return this.#ownEvent;
  }

  #begin(name) {
    this.#hasEvents = true;
    const event = this.#invocation.event(name);
    event.detected();
    return event;
  }
}

class ObservedEvent {
  #call;
  #handle;

  constructor(handle, call) {
    this.#handle = handle;
    this.#call = call;
    this.id = handle.id;
  }

  job(name, ...rest) {
    return this.#call.runJob(this.#handle, name, ...rest);
  }
}

async function observe(recorder, lines, [name, payload, action, start]) {
  if (typeof action !== 'function') throw new TypeError('observe: the third argument must be a function');
  const invocation = recorder.startInvocation({
    sourceFunction: name,
    sourceEventPayload: payload,
    ...causeOf(context.getStore()),
    ...eventOf(payload, name),
    ...givenIn(start),
  });
  const call = new ObservedCall(invocation, name, lines);
  try {
    const value = await new Scope(call).run(action, call);
    call.complete(value);
    return value;
  } catch (error) {
    call.fail(error);
    throw error;
  } finally {
    await recorder.committed();
  }
}

// A job that still runs is the cause of the calls inside it. It is not the cause of calls in something
// that it started and left running, such as a server.
function causeOf(scope) {
  if (!scope?.isRunning) return {};
  return givenIn({ correlationId: scope.call.correlationId, sourceJobId: scope.job?.id });
}

// A Hasura event names its table and operation, and its chain.
function eventOf(payload, sourceFunction) {
  try {
    if (!payload?.event?.op || !payload.trigger) return {};
    const { correlationId, sourceJobId } = chainOf(payload);
    return givenIn({
      ...describeEvent(payload, { sourceFunction }),
      sourceEventPayload: originalPayload(payload),
      correlationId,
      sourceJobId,
    });
  } catch {
    return {}; // it cannot be read; the function runs anyway
  }
}

// A function may be a proxy.
function nameOf(action) {
  try {
    return action.name || undefined;
  } catch {
    return undefined;
  }
}

hideInsides(Scope);

module.exports = { observe, Lines };
