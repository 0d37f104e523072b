'use strict';

// A store file of its own for one test, looked at with the program edo.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

function edo(store, ...args) {
  const output = execFileSync(process.env.EDO, [...args, '--json', '--store', store], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(output);
}

class Store {
  constructor(t, folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-node-'))) {
    this.folder = folder;
    this.path = path.join(folder, 'telemetry.db');
    t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  }

  rows(sql) {
    return edo(this.path, 'sql', sql);
  }

  row(table, id) {
    return this.rows(`SELECT * FROM ${table} WHERE id = '${id}'`)[0];
  }

  // Every row of every table, in an order that names give.
  all() {
    return {
      invocations: this.rows('SELECT * FROM invocations ORDER BY created_at, id'),
      events: this.rows('SELECT * FROM event_executions ORDER BY event_name, created_at'),
      jobs: this.rows('SELECT * FROM job_executions ORDER BY job_name, created_at'),
      logs: this.rows('SELECT * FROM job_logs ORDER BY job_execution_id, sequence'),
    };
  }

  count(from) {
    return this.rows(`SELECT count(*) AS n FROM ${from}`)[0].n;
  }

  // Changes that are not shipped yet.
  pending() {
    return this.count("outbox WHERE entity <> 'watermark'");
  }

  show(id) {
    return edo(this.path, 'show', id);
  }
}

module.exports = { Store };
