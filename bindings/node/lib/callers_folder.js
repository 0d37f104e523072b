'use strict';
// The folder of the file that has called a function of ours. The library looks for event modules
// beside its caller, and would find us.

const path = require('node:path');
const { fileURLToPath } = require('node:url');

// `netlify dev` runs a copy of the function; its event modules are beside the original.
const kNetlifyCopy = /^(.+?)[\\/]\.netlify[\\/]functions-serve[\\/]([^\\/]+)[\\/]functions[\\/]\2(?=[\\/]|$)/;

// `callee` is our function. The working directory if its caller is in no file, as the library has it.
function callersFolder(callee) {
  const file = framesAbove(callee)
    .map((frame) => frame.getFileName())
    .find((name) => name && !name.startsWith('node:'));
  if (!file) return process.cwd();
  const folder = path.dirname(file.startsWith('file:') ? fileURLToPath(file) : file);
  return folder.replace(kNetlifyCopy, (_, root, name) => path.join(root, 'functions', name));
}

function framesAbove(callee) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.prepareStackTrace = (_, frames) => frames;
    Error.stackTraceLimit = 20;
    const holder = {};
    Error.captureStackTrace(holder, callee);
    return Array.isArray(holder.stack) ? holder.stack : [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

module.exports = { callersFolder };
