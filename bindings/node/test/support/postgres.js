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
    const url = () => fs.existsSync(file) && fs.readFileSync(file, 'utf8').trim();
    this.url = await until(url, 'a PostgreSQL', 120_000);
  }

  stop() {
    return this.#end('SIGTERM');
  }

  kill() {
    return this.#end('SIGKILL');
  }

  // Asks for encryption and a password from the user `sec`; gives the URL for it.
  secure() {
    const data = path.join(this.folder, 'data');
    const certificate = path.join(this.folder, 'server.crt');
    execFileSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-out', certificate],
      ...['-keyout', path.join(data, 'server.key')],
    ], { stdio: 'ignore' });
    fs.copyFileSync(certificate, path.join(data, 'server.crt'));
    const { uid, gid } = fs.statSync(data);
    for (const file of ['server.key', 'server.crt']) {
      fs.chownSync(path.join(data, file), uid, gid);
      fs.chmodSync(path.join(data, file), 0o600);
    }
    const access = path.join(data, 'pg_hba.conf');
    const rules = fs.readFileSync(access, 'utf8');
    fs.writeFileSync(access, `hostssl all sec 127.0.0.1/32 scram-sha-256\n${rules}`);
    this.query("CREATE ROLE sec SUPERUSER LOGIN PASSWORD 'pw'");
    this.query('ALTER SYSTEM SET ssl = on');
    this.query('SELECT pg_reload_conf()');
    const { port } = new URL(this.url);
    return `postgresql://sec:pw@127.0.0.1:${port}/edo?sslmode=verify-full&sslrootcert=${certificate}`;
  }

  // One value.
  query(sql) {
    const options = { encoding: 'utf8', maxBuffer: 1 << 28 };
    return execFileSync('psql', ['-XAtc', sql, this.url], options).trim();
  }

  // Empties the inbox into the tables.
  apply() {
    execFileSync(process.env.EDO_REPLICATOR, ['apply', '--to', this.url, '--once']);
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
