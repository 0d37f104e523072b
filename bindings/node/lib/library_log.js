'use strict';
// Lines of jobs arrive in two ways: from console, and from the library's own loggers, which print a line
// and pass it to the plugins in the same run of synchronous code. Such a line is recorded once, as the
// library passes it, with its error.

const { kPrint } = require('./handles');
const { levelOf } = require('./levels');

// How the library's loggers mark their lines, and how its ConsoleInterceptorPlugin marks the console
// lines that it passes on in a later turn.
const kLogger = 'internal_logger';
const kInterceptor = 'console_interceptor';

const kWrapped = 'safeJobWrapper'; // the prefix of its message just before a job starts
const kMuteDetector = 'the detector threw an error without a message';

const holding = new Set(); // logs with a line that waits
let isWatchingExit = false;

function releaseAll() {
  for (const log of holding) log.release();
}

class LibraryLog {
  // A printed line that may be the library's, which would pass it on next: {job, level, args, stack?}.
  #held = undefined;
  #functionName = undefined;
  #redact;

  constructor(redact) {
    this.#redact = redact;
  }

  onConsole(job, level, args, render) {
    const isText = !render && args.length === 1 && typeof args[0] === 'string';
    const text = isText ? args[0] : '';
    const held = this.#held;
    if (held?.job === job && held.level === level && !held.stack && /\n\s+at /.test(text)) {
      held.stack = text; // the library prints an error's stack after its message
      return;
    }
    this.release();
    if (text.startsWith('[')) this.#hold({ job, level, args });
    else job.handle[kPrint](level, args, render);
  }

  // `node` is where the asynchronous context is.
  onLog(node, { level, message, data, jobName }) {
    if (data?.source === kInterceptor) return; // console has recorded it already
    const job = node?.job ?? node?.event?.runningJob(jobName);
    if (!job) return;
    const line = { job, level: levelOf(level) ?? 'info', message: String(message), data };
    if (data?.source === kLogger) this.#tell(line);
    else job.handle.log(line.level, line.message, data === undefined ? undefined : { data });
  }

  // The library swallows what a detector throws, except for a log line in the context of that detector.
  // The text distinguishes it from lines that the detector itself logs.
  onChatter(node, { message, data }) {
    if (data?.prefix === kWrapped) this.#functionName = data.originalArgs?.[0]?.functionName;
    const event = node?.event;
    if (event?.phase !== 'detecting') return;
    const text = String(message);
    if (!text.startsWith(`[${event.name}] Error detecting event`)) return;
    const told = data?.originalArgs?.[0] ?? text.replace(/^.*?Error detecting events?:? ?/, '');
    event.fail(data?.error ?? { message: String(told) || kMuteDetector });
  }

  // The name of the function that the library has just announced as this job's.
  takeFunctionName() {
    const name = this.#functionName;
    this.#functionName = undefined;
    return name;
  }

  // Records lines that no plugin was given.
  release() {
    const held = this.#held;
    if (!held) return;
    this.#drop();
    held.job.handle[kPrint](held.level, held.args);
    if (held.stack) held.job.handle[kPrint](held.level, [held.stack]);
  }

  #hold(line) {
    this.#held = line;
    holding.add(this);
    if (!isWatchingExit) process.prependListener('exit', releaseAll);
    isWatchingExit = true;
    queueMicrotask(() => this.release());
  }

  #drop() {
    this.#held = undefined;
    holding.delete(this);
  }

  #tell({ job, level, message, data }) {
    const held = this.#held;
    const isTold = held?.job === job && held.level === level && held.args[0] === message;
    if (isTold && (held.stack ?? data.error?.stack) === data.error?.stack) this.#drop();
    this.release();
    job.handle.log(level, this.#withoutSecrets(message, data.originalArgs), { data: detailsOf(data) });
  }

  // The library has rendered the arguments already.
  #withoutSecrets(message, args = []) {
    return args.reduce((text, arg) => {
      const shown = this.#redact(arg);
      return shown === arg ? text : text.replace(JSON.stringify(arg), () => JSON.stringify(shown));
    }, message);
  }
}

// What the library passes beside the text. The rest of `data` only names the job, which is known.
function detailsOf({ error, originalArgs = [] }) {
  const details = { ...(error && { error }), ...(originalArgs.length > 0 && { args: originalArgs }) };
  return Object.keys(details).length > 0 ? details : undefined;
}

module.exports = { LibraryLog };
