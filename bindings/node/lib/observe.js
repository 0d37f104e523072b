'use strict';
// Recorder.observe(): an invocation around a function, and inside it events and jobs around functions.
// Each fails when its function throws, and gives what the function gives. Which job prints a line is
// known from the asynchronous context.

const { AsyncLocalStorage } = require('node:async_hooks');

const { captureConsole, keepCapturing } = require('./console');
const { describeEvent, originalPayload } = require('./hasura_event');
const { kPrint } = require('./handles');
const { chainOf } = require('./chain');

const context = new AsyncLocalStorage(); // the scope that runs, of whichever recorder

// What runs in a context: `job` is the innermost one, if any.
class Scope {
  isRunning = true;

  constructor(call, job) {
    this.call = call;
    this.job = job;
  }

  async run(action, ...args) {
    try {
      return await context.run(this, action, ...args);
    } finally {
      this.isRunning = false;
    }
  }

  print(level, args) {
    (this.job ?? this.call.ownJob())[kPrint](level, args);
  }
}

// Catches the console lines of a recorder's calls while there are any.
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
      this.#stop = captureConsole(wants, (level, args) => here().print(level, args));
    }
    keepCapturing();
  }

  end() {
    if (--this.#running === 0) this.#stop();
  }
}

// What the function of observe() gets.
class ObservedCall {
  #invocation;
  #name;
  #ownEvent; // for jobs that belong to no event
  #ownJob; // for lines that belong to no job
  #hasEvents = false;
  #failures = new Set(); // what jobs have thrown, which is no failure of the event as well

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

  // `start` may be left out.
  async runJob(event, name, ...rest) {
    const [start, action] = rest.length > 1 ? rest : [undefined, rest[0]];
    const job = event.job(name, { functionName: action?.name || undefined, ...start });
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

  // A call in which nothing else was recorded is one job.
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
  const invocation = recorder.startInvocation({ ...describe(name, payload), ...start });
  const call = new ObservedCall(invocation, name, lines);
  lines.begin();
  try {
    const value = await new Scope(call).run(action, call);
    call.complete(value);
    return value;
  } catch (error) {
    call.fail(error);
    throw error;
  } finally {
    lines.end();
    await recorder.committed();
  }
}

// A call inside a job was caused by it. An event of Hasura says the rest itself.
function describe(name, payload) {
  const outer = context.getStore();
  const cause = outer && {
    correlationId: outer.call.correlationId,
    sourceJobId: outer.job?.id,
  };
  if (!payload?.event?.op || !payload.trigger) {
    return { sourceFunction: name, sourceEventPayload: payload, ...cause };
  }
  const { correlationId, sourceJobId } = chainOf(payload);
  return {
    ...describeEvent(payload, { sourceFunction: name }),
    sourceEventPayload: originalPayload(payload),
    correlationId,
    sourceJobId,
    ...cause,
  };
}

module.exports = { observe, Lines };
