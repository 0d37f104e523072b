'use strict';

// A PostgreSQL of its own, with the central schema.

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { until } = require('./wait');

class Postgres {
  #server;

  static async start(t) {
    const postgres = new Postgres();
    postgres.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-pg-'));
    t.after(async () => {
      await postgres.stop();
      fs.rmSync(postgres.folder, { recursive: true, force: true });
    });
    await postgres.run();
    execFileSync(process.env.EDO_REPLICATOR, ['migrate', '--to', postgres.url]);
    return postgres;
  }

  // Also again, after it was stopped or killed: the same data on the same port.
  async run() {
    const file = path.join(this.folder, 'url');
    fs.rmSync(file, { force: true });
    this.#server = spawn(process.env.EDO_PRIVATE_POSTGRES, [this.folder], { stdio: 'ignore' });
    this.url = await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8').trim());
  }

  stop() {
    return this.#end('SIGTERM');
  }

  kill() {
    return this.#end('SIGKILL');
  }

  // One value.
  query(sql) {
    return execFileSync('psql', ['-XAtc', sql, this.url], { encoding: 'utf8' }).trim();
  }

  // As cron would.
  ship(store) {
    execFileSync(process.env.EDO_REPLICATOR, ['run', '--once', '--store', store, '--to', this.url]);
  }

  // Whether every row of the store is there, equal.
  has(store) {
    execFileSync(process.env.EDO_REPLICATOR, ['verify', '--store', store, '--to', this.url]);
    return true;
  }

  count(table) {
    return Number(this.query(`SELECT count(*) FROM event_detector_observability.${table}`));
  }

  async #end(signal) {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    await new Promise((resolve) => {
      server.on('exit', resolve);
      server.kill(signal);
    });
  }
}

module.exports = { Postgres };
