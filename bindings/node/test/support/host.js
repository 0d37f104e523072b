'use strict';

// Runs a piece of JavaScript as a host process of its own. It finds Recorder, and the store's path
// as `store`.

const { spawn } = require('node:child_process');
const path = require('node:path');

const library = path.join(__dirname, '..', '..', 'index.js');

function startHost(store, code, { env = {}, args = [] } = {}) {
  const script = `
    const { Recorder } = require(${JSON.stringify(library)});
    const store = ${JSON.stringify(store)};
    ${code}`;
  const child = spawn(process.execPath, [...args, '-e', script], {
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const host = { child, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (host.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (host.err += text));
  host.ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out: host.out, err: host.err }));
  });
  return host;
}

// Gives {code, signal, out, err}. One that does not end is killed, and its signal tells.
async function runHost(store, code, options) {
  const host = startHost(store, code, options);
  const timer = setTimeout(() => host.child.kill('SIGKILL'), 30_000);
  try {
    return await host.ended;
  } finally {
    clearTimeout(timer);
  }
}

module.exports = { library, runHost, startHost };
