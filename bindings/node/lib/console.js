'use strict';
// Records lines printed with console.log and its like as lines of the job that printed them. A process
// has one patch; each plugin and each recorder adds a sink that knows, from the asynchronous context,
// which of its jobs is running. The lines are still printed.

const { Console } = require('node:console');
const { Writable } = require('node:stream');
const util = require('node:util');
const { kPrinted, kStored } = require('./redactor');
const { messageOf } = require('./values');

const kLevels = {
  ...{ log: 'info', info: 'info', warn: 'warn', error: 'error', debug: 'debug' },
  ...{ table: 'info', trace: 'error' },
};
// How Node renders the arguments of these methods: {args, render(args) -> text}. The others use
// util.format().
const kForms = {
  table: ([rows, ...columns]) => ({ args: [rows], render: ([shown]) => tableOf(shown, ...columns) }),
  trace: (args, wrapper) => ({ args, render: (shown) => traceOf(shown, wrapper) }),
};
const kMaxText = 64 * 1024; // characters of one text among the arguments

const sinks = new Set();
// {method, before, isActive} by our function. If other code restores one in console, it is used
// again.
const states = new WeakMap();
const active = []; // functions of ours, the oldest first
// Set while a line is recorded and printed. Output during that time is part of the same line, for
// example when a library's console.info calls console.log, or when rendering an object prints.
let busy = false;

// Calls `sink(level, args, render)` for each line until the function that it returns is called, with
// `render` where lineOf() needs it. `wants()` says quickly whether the sink has a job to give it to.
function captureConsole(wants, sink) {
  const entry = { wants, sink };
  sinks.add(entry);
  keepCapturing();
  return () => {
    if (!sinks.delete(entry) || sinks.size > 0) return;
    while (active.length > 0) remove(active.pop());
  };
}

// Repairs the patch after other code has restored console, or has put a patch on top that does not
// call ours.
function keepCapturing() {
  if (sinks.size === 0) return;
  for (const method of Object.keys(kLevels)) {
    if (!states.has(console[method])) patch(method);
    else activate(console[method]);
  }
}

function activate(wrapper) {
  const state = states.get(wrapper);
  if (state.isActive) return;
  state.isActive = true;
  active.push(wrapper);
}

// Replaces console[method] by our function. It calls an earlier patch of another library. A later
// patch stays when ours is removed; ours below it then only calls on.
function patch(method) {
  const before = Object.getOwnPropertyDescriptor(console, method);
  const print = console[method];
  const state = { method, before, isActive: false };
  const wrapper = {
    [method](...args) {
      if (busy || !state.isActive) return Reflect.apply(print, this, args);
      busy = true;
      try {
        record(kLevels[method], kForms[method]?.(args, wrapper) ?? { args });
        return Reflect.apply(print, this, args);
      } finally {
        busy = false;
      }
    },
  }[method];
  if (!before || !replace(method, { ...before, value: wrapper })) return;
  states.set(wrapper, state);
  activate(wrapper);
}

function remove(wrapper) {
  const state = states.get(wrapper);
  state.isActive = false;
  if (console[state.method] === wrapper) replace(state.method, state.before);
}

// False if console's property cannot be changed.
function replace(method, descriptor) {
  try {
    Object.defineProperty(console, method, descriptor);
    return true;
  } catch {
    return false;
  }
}

function record(level, { args, render }) {
  for (const { wants, sink } of sinks) {
    try {
      if (wants()) sink(level, args, render);
    } catch {
      // A failure to record a line must not reach the job that prints it.
    }
  }
}

// {message, data}: as Node prints the arguments, and those that are objects. Never throws.
function lineOf(args, redactor, render = formatted) {
  const shown = args.map((arg) => redactor.redact(shorten(arg), kPrinted));
  const objects = args
    .filter((arg) => typeof arg === 'object' && arg !== null)
    .map((arg) => redactor.redact(arg, kStored));
  const data = objects.length > 1 ? objects : objects[0];
  try {
    return { message: render(shown), data };
  } catch (error) {
    return { message: `[cannot be rendered: ${messageOf(error)}]`, data };
  }
}

function formatted(args) {
  return util.format(...args);
}

function tableOf(...args) {
  let text = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  new Console({ stdout }).table(...args);
  return text.trimEnd();
}

// `wrapper` is the function of ours that the host has called.
function traceOf(args, wrapper) {
  const trace = { name: 'Trace', message: formatted(args) };
  Error.captureStackTrace(trace, wrapper);
  return trace.stack;
}

function shorten(arg) {
  if (typeof arg !== 'string' || arg.length <= kMaxText) return arg;
  return `${arg.slice(0, kMaxText)}… [${arg.length - kMaxText} more characters]`;
}

module.exports = { captureConsole, keepCapturing, lineOf };
