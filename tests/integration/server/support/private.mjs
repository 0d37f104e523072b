// A private PostgreSQL, or a private PgBouncer in front of it: tests/support has the programs.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export async function until(condition, what, withinMs = 60_000) {
  for (const giveUpAt = Date.now() + withinMs; ; await sleep(10)) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > giveUpAt) throw new Error(`${what} did not come true in ${withinMs} ms`);
  }
}

// Runs until the test has ended; gives the URL of the database.
async function startPrivate(t, program, ...args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'edo-private-'));
  const child = spawn(program, [folder, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'url');
  return until(() => existsSync(file) && readFileSync(file, 'utf8').trim(), program, 120_000);
}

export const startPostgres = (t) => startPrivate(t, process.env.EDO_PRIVATE_POSTGRES);
export const startPgBouncer = (t, url, mode, size) =>
  startPrivate(t, process.env.EDO_PRIVATE_PGBOUNCER, url, mode, String(size));

export const replicator = (...args) => execFileSync(process.env.EDO_REPLICATOR, args, { encoding: 'utf8' });
export const psql = (url, sql) => execFileSync('psql', ['-XAtc', sql, url], { encoding: 'utf8' }).trim();
