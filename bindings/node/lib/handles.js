'use strict';
// The handles of a recorder. No call throws, and none waits for longer than busyTimeout.
//
// A handle that is dropped without an end records nothing: its row stays running until the recorder
// is closed or the process ends, and is crashed from then on.

const { levelOf } = require('./levels');
const { text } = require('./shared');

const kLevelNumbers = { debug: 0, info: 1, warn: 2, error: 3 };
const kPrint = Symbol('print'); // for those who catch console lines

const kRecord = Symbol('record');
const kEnd = Symbol('end');
const kShared = Symbol('shared');

class Handle {
  #native;
  #shared;

  constructor(native, shared) {
    this.#native = native;
    this.#shared = shared;
    this.id = native.id();
  }

  get [kShared]() {
    return this.#shared;
  }

  // Calls the add-on's method of that name.
  [kRecord](method, ...values) {
    const result = this.#native[method](...values);
    this.#shared.commitPolicy.recorded();
    return result;
  }

  // The same for the end of an invocation.
  [kEnd](method, ...values) {
    this.#native[method](...values);
    this.#shared.commitPolicy.invocationEnded();
  }
}

class JobExecution extends Handle {
  constructor(native, shared) {
    super(native, shared);
    this.correlationId = native.correlationId();
  }

  // With one argument it is the message.
  log(...args) {
    const shared = this[kShared];
    const [level, message, line] = args.length === 1 ? ['info', args[0]] : args;
    const { data, source, lineNumber } = shared.fields('log', line);
    if (levelOf(level) === undefined) {
      shared.tell(`log: unknown level ${text(level)}; recorded the line with level info`);
    }
    const shown = typeof message === 'string' ? { message } : shared.line([message]);
    this.#log(levelOf(level) ?? 'info', shown.message, data ?? shown.data, source, lineNumber);
  }

  // A line of console, with the arguments as they were printed, and how they became text.
  [kPrint](level, args, render) {
    const { message, data } = this[kShared].line(args, render);
    this.#log(level, message, data);
  }

  complete(result, finish) {
    const shared = this[kShared];
    this[kRecord]('complete', shared.json(result), shared.end(finish));
  }

  fail(failure, finish) {
    this[kRecord]('fail', ...this[kShared].failure(failure, finish));
  }

  #log(level, message, data, source, lineNumber) {
    const json = this[kShared].json(data);
    this[kRecord]('log', kLevelNumbers[level], text(message), json, text(source), lineNumber);
  }
}

class EventExecution extends Handle {
  detected(finish) {
    this[kRecord]('detected', this[kShared].end(finish));
  }

  notDetected(finish) {
    this[kRecord]('notDetected', this[kShared].end(finish));
  }

  detectionFailed(failure, finish) {
    this[kRecord]('detectionFailed', ...this[kShared].failure(failure, finish));
  }

  job(name, start) {
    const shared = this[kShared];
    const { id, functionName, options } = shared.fields('job', start);
    const values = [text(id), text(name), text(functionName), shared.json(options)];
    return new JobExecution(this[kRecord]('startJob', ...values), shared);
  }

  complete(finish) {
    this[kRecord]('complete', this[kShared].end(finish));
  }

  handlerFailed(failure, finish) {
    this[kRecord]('handlerFailed', ...this[kShared].failure(failure, finish));
  }
}

class Invocation extends Handle {
  constructor(native, shared) {
    super(native, shared);
    this.correlationId = native.correlationId();
  }

  event(name, start) {
    const { id, modulePath } = this[kShared].fields('event', start);
    const native = this[kRecord]('startEvent', text(id), text(name), text(modulePath));
    return new EventExecution(native, this[kShared]);
  }

  complete(finish) {
    this[kEnd]('complete', this[kShared].end(finish));
  }

  fail(failure, finish) {
    this[kEnd]('fail', ...this[kShared].failure(failure, finish));
  }

  timeOut(finish) {
    this[kEnd]('timeOut', this[kShared].end(finish));
  }
}

module.exports = { Invocation, kPrint };
