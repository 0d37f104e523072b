'use strict';
// A real PostgreSQL of a test's own, and the centre in it.

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');

const { folder, program, replicator } = require('./store');

const script = path.join(__dirname, '..', '..', '..', '..', 'tests', 'support', 'private-postgres');

// Waits until `condition()` is truthy, and returns it.
async function eventually(condition, what, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await pause(20);
  }
}

class Centre {
  #folder;
  #server;

  constructor(home) {
    this.#folder = home;
  }

  async start() {
    const file = path.join(this.#folder, 'url');
    fs.rmSync(file, { force: true });
    this.#server = spawn(script, [this.#folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    await eventually(() => fs.existsSync(file), 'PostgreSQL accepts connections');
    this.url = fs.readFileSync(file, 'utf8').trim();
  }

  async stop() {
    const server = this.#server;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }

  migrate() {
    program(replicator, ['migrate', '--to', this.url]);
  }

  // One value, of the schema's tables.
  value(sql) {
    const options = { encoding: 'utf8', env: { ...process.env, PGOPTIONS: '-c search_path=event_detector_observability' } };
    return execFileSync('psql', ['-XqAt', '-d', this.url, '-c', sql], options).trim();
  }

  ship(store) {
    program(replicator, ['run', '--store', store.file, '--to', this.url, '--once']);
  }

  // Throws unless every row of the store is at the centre, and equal.
  verify(store) {
    program(replicator, ['verify', '--store', store.file, '--to', this.url]);
  }
}

async function centre(t) {
  const made = new Centre(folder(t));
  t.after(() => made.stop());
  await made.start();
  made.migrate();
  return made;
}

module.exports = { centre, eventually };
