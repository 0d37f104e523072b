'use strict';
// A store file of a test's own, read with the program `edo`.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const build = process.env.EDO_BUILD_DIR ?? path.join(__dirname, '..', '..', '..', '..', 'build');
const edo = path.join(build, 'tools', 'edo');
const replicator = path.join(build, 'replicator', 'edo-replicator');

function program(file, args) {
  return execFileSync(file, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
}

// A folder that is gone when the test is over.
function folder(t) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-node-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

class Store {
  constructor(file) {
    this.file = file;
  }

  rows(sql) {
    return JSON.parse(program(edo, ['sql', sql, '--store', this.file, '--json']));
  }

  row(sql) {
    return this.rows(sql)[0];
  }

  all() {
    return {
      invocations: this.rows('SELECT * FROM invocations ORDER BY created_at, id'),
      events: this.rows('SELECT * FROM event_executions ORDER BY event_name, created_at'),
      jobs: this.rows('SELECT * FROM job_executions ORDER BY job_name, created_at'),
      logs: this.rows('SELECT * FROM job_logs ORDER BY job_execution_id, sequence'),
    };
  }
}

function store(t) {
  return new Store(path.join(folder(t), 'telemetry.db'));
}

module.exports = { Store, store, folder, program, edo, replicator, build };
