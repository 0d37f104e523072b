'use strict';
// Lines of jobs come on two ways: from console, and from the library's own loggers, which also
// print what they tell the plugins. A line that comes on both ways is recorded once.

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

class LibraryLog {
  #last = undefined; // the line that this run of synchronous code has recorded last

  onConsole(job, level, message, data) {
    const last = this.#last;
    if (last?.job === job && !last.isPrinted && message.includes(last.message)) return;
    this.#record(job, level, message, data, true);
  }

  // `node` is where the asynchronous context is.
  onLog(node, { level, message, data, jobName }) {
    const kind = kLevels.get(String(level).toLowerCase()) ?? 'info';
    if (jobName === 'system') {
      this.#onChatter(node, kind, data);
      return;
    }
    const job = node?.job ?? node?.event?.runningJob(jobName);
    if (!job) return;
    const text = String(message);
    const last = this.#last;
    if (last?.job === job && last.isPrinted && last.message.includes(text)) return;
    this.#record(job, kind, text, data, false);
  }

  // The library swallows what a detector throws. Its log tells, in the context of that detector.
  #onChatter(node, kind, data) {
    if (kind !== 'error' || !node?.event || node.job) return;
    const error = [data, data?.error, data?.err].find((value) => value instanceof Error);
    if (error && node.event.phase === 'detecting') node.event.fail(error);
  }

  #record(job, level, message, data, isPrinted) {
    job.handle.log(level, message, data === undefined ? {} : { data });
    this.#last = { job, message, isPrinted };
    queueMicrotask(() => {
      this.#last = undefined;
    });
  }
}

module.exports = { LibraryLog };
