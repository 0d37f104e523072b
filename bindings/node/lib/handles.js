'use strict';
// What a recorder hands out. No call throws, and none waits for longer than busyTimeout.
//
// A handle that is dropped without an end records nothing: its row stays running until the recorder
// is closed or the process ends, and is crashed from then on.

const { levelOf } = require('./levels');
const { text } = require('./shared');

const kLevelNumbers = { debug: 0, info: 1, warn: 2, error: 3 };
const kPrint = Symbol('print'); // for those who catch console lines

class JobExecution {
  #native;
  #shared;

  constructor(handle, shared) {
    this.#native = handle;
    this.#shared = shared;
    this.id = handle.id();
    this.correlationId = handle.correlationId();
  }

  // With one argument it is the message.
  log(...args) {
    const [level, message, line] = args.length === 1 ? ['info', args[0]] : args;
    const { data, source, lineNumber } = this.#shared.fields('log', line);
    if (levelOf(level) === undefined) {
      this.#shared.tell(`log: unknown level ${text(level)}; recorded the line with level info`);
    }
    const shown = typeof message === 'string' ? { message } : this.#shared.line([message]);
    this.#log(levelOf(level) ?? 'info', shown.message, data ?? shown.data, source, lineNumber);
  }

  // A line of console, with the arguments as they were printed, and how they became text.
  [kPrint](level, args, render) {
    const { message, data } = this.#shared.line(args, render);
    this.#log(level, message, data);
  }

  complete(result, finish) {
    this.#native.complete(this.#shared.json(result), this.#shared.end(finish));
    this.#shared.turn.recorded();
  }

  fail(failure, finish) {
    this.#native.fail(...this.#shared.failure(failure, finish));
    this.#shared.turn.recorded();
  }

  #log(level, message, data, source, lineNumber) {
    const number = kLevelNumbers[level];
    this.#native.log(number, text(message), this.#shared.json(data), text(source), lineNumber);
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
    this.#native.detected(this.#shared.end(finish));
    this.#shared.turn.recorded();
  }

  notDetected(finish) {
    this.#native.notDetected(this.#shared.end(finish));
    this.#shared.turn.recorded();
  }

  detectionFailed(failure, finish) {
    this.#native.detectionFailed(...this.#shared.failure(failure, finish));
    this.#shared.turn.recorded();
  }

  job(name, start) {
    const { id, functionName, options } = this.#shared.fields('job', start);
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
    this.#native.complete(this.#shared.end(finish));
    this.#shared.turn.recorded();
  }

  handlerFailed(failure, finish) {
    this.#native.handlerFailed(...this.#shared.failure(failure, finish));
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
    const { id, modulePath } = this.#shared.fields('event', start);
    const handle = this.#native.startEvent(text(id), text(name), text(modulePath));
    this.#shared.turn.recorded();
    return new EventExecution(handle, this.#shared);
  }

  complete(finish) {
    this.#native.complete(this.#shared.end(finish));
    this.#shared.turn.invocationEnded();
  }

  fail(failure, finish) {
    this.#native.fail(...this.#shared.failure(failure, finish));
    this.#shared.turn.invocationEnded();
  }

  timeOut(finish) {
    this.#native.timeOut(this.#shared.end(finish));
    this.#shared.turn.invocationEnded();
  }
}

module.exports = { Invocation, kPrint };
