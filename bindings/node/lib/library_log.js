'use strict';
// Lines of jobs come on two ways: from console, and from the library's own loggers, which also
// print what they tell the plugins. A line that comes on both ways is recorded once.

const { render } = require('./console');

const kLevels = new Map([
  ['trace', 'debug'],
  ['debug', 'debug'],
  ['verbose', 'debug'],
  ['log', 'info'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['fatal', 'error'],
  ['critical', 'error'],
]);

// How the library's own ConsoleInterceptorPlugin marks what it tells, in a later turn, of console.
const kInterceptor = 'console_interceptor';

class LibraryLog {
  // The line that this run of synchronous code has recorded last, while its twin may still come.
  #last = undefined;

  onConsole(job, level, message, data) {
    this.#record({ job, level, message, data, isPrinted: true });
  }

  // `node` is where the asynchronous context is.
  onLog(node, { level, message, data, jobName }) {
    const kind = kLevels.get(String(level).toLowerCase()) ?? 'info';
    if (jobName === 'system') {
      this.#onChatter(node, kind, data);
      return;
    }
    if (data?.source === kInterceptor) return; // console has told it already
    const job = node?.job ?? node?.event?.runningJob(jobName);
    if (!job) return;
    this.#record({ job, level: kind, message: String(message), data, isPrinted: false });
  }

  // The library swallows what a detector throws. Its log tells, in the context of that detector.
  #onChatter(node, kind, data) {
    if (kind !== 'error' || !node?.event || node.job) return;
    const error = [data, data?.error, data?.err].find(isError);
    if (error && node.event.phase === 'detecting') node.event.fail(error);
  }

  #record(line) {
    const last = this.#last;
    this.#last = undefined; // a line has one twin
    if (last && areTwins(last, line)) return;
    const { job, level, message, data } = line;
    job.handle.log(level, message, data === undefined ? {} : { data });
    this.#last = line;
    queueMicrotask(() => {
      this.#last = undefined;
    });
  }
}

// The library's own logger tells a copy, {name, message, stack}.
function isError(value) {
  return value instanceof Error || typeof value?.stack === 'string';
}

// Whether one line is the other as the library prints it: with something in front of it, and with
// its data or without. A doubled line is better than a lost one.
function areTwins(one, other) {
  if (one.job !== other.job || one.level !== other.level) return false;
  if (one.isPrinted === other.isPrinted) return false;
  const [printed, told] = one.isPrinted ? [one, other] : [other, one];
  if (told.message === '') return false;
  return (
    printed.message.endsWith(told.message) ||
    printed.message.endsWith(render([told.message, told.data]))
  );
}

module.exports = { LibraryLog };
