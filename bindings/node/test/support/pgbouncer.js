'use strict';

// A PgBouncer of its own in front of a database.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { until } = require('./wait');

// Runs until the test has ended; gives a URL of the same database that leads through it.
async function startPgBouncer(t, url, mode, size) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-pooler-'));
  const pooler = spawn(process.env.EDO_PRIVATE_PGBOUNCER, [folder, url, mode, String(size)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => pooler.on('exit', resolve));
  t.after(async () => {
    pooler.kill('SIGTERM');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'url');
  return until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8').trim(), 'a PgBouncer');
}

module.exports = { startPgBouncer };
