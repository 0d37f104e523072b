'use strict';
// Lines printed with console.log and its like become lines of the job that printed them. There is
// one patch in a process; each plugin adds a sink that knows, from the asynchronous context, which
// of its jobs is running. What is printed still arrives where it would have gone.

const util = require('node:util');
const { messageOf } = require('./values');

const kLevels = { log: 'info', info: 'info', warn: 'warn', error: 'error', debug: 'debug' };
const kMaxText = 64 * 1024; // characters of one text among the arguments

const sinks = new Set();
const patches = []; // {wrapper, remove}, the oldest first
// Set while a line is recorded and printed. What is printed meanwhile is part of the same line: a
// library's console.info that calls console.log, or an object whose rendering prints.
let busy = false;

// Calls `sink(level, message, data)` for each line until the function that it returns is called;
// `data` is undefined, or the arguments that are objects. `wants()` says quickly, before a line is
// rendered, whether the sink has a job to give it to.
function captureConsole(wants, sink) {
  const entry = { wants, sink };
  sinks.add(entry);
  for (const method of Object.keys(kLevels)) {
    // A patch that somebody has put on top of ours need not call it.
    if (!patches.some(({ wrapper }) => wrapper === console[method])) patch(method);
  }
  return () => {
    if (!sinks.delete(entry) || sinks.size > 0) return;
    while (patches.length > 0) patches.pop().remove();
  };
}

// Puts our function in the place of console[method]. A library that has patched it before is called
// as if we were not there; one that patches it later keeps its patch when ours is removed, and ours
// below it then only passes on.
function patch(method) {
  const before = Object.getOwnPropertyDescriptor(console, method);
  const print = console[method];
  let active = true;
  const wrapper = {
    [method](...args) {
      if (busy || !active) return Reflect.apply(print, this, args);
      busy = true;
      try {
        record(kLevels[method], args);
        return Reflect.apply(print, this, args);
      } finally {
        busy = false;
      }
    },
  }[method];
  if (!before || !replace(method, { ...before, value: wrapper })) return;
  const remove = () => {
    active = false;
    if (console[method] === wrapper) replace(method, before);
  };
  patches.push({ wrapper, remove });
}

// False if somebody has made console's property unchangeable; then it stays as it is.
function replace(method, descriptor) {
  try {
    Object.defineProperty(console, method, descriptor);
    return true;
  } catch {
    return false;
  }
}

function record(level, args) {
  let line;
  for (const { wants, sink } of sinks) {
    try {
      if (!wants()) continue;
      line ??= { message: render(args), data: dataOf(args) };
      sink(level, line.message, line.data);
    } catch {
      // Whatever goes wrong with a line, the job that prints it must not notice.
    }
  }
}

// As Node prints the arguments; never throws.
function render(args) {
  try {
    return util.format(...args.map(shorten));
  } catch (error) {
    return `[cannot be rendered: ${messageOf(error)}]`;
  }
}

function shorten(arg) {
  if (typeof arg !== 'string' || arg.length <= kMaxText) return arg;
  return `${arg.slice(0, kMaxText)}… [${arg.length - kMaxText} more characters]`;
}

function dataOf(args) {
  const objects = args.filter((arg) => typeof arg === 'object' && arg !== null);
  return objects.length > 1 ? objects : objects[0];
}

module.exports = { captureConsole, render };
