// A store that was recorded by the sample host, and a real `edo serve` over it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
export const buildDir = path.resolve(root, process.env.BUILD_DIR ?? 'build');
const edo = path.join(buildDir, 'tools/edo');
const replicator = path.join(buildDir, 'tools/edo-replicator');

// A test that fails does not stop what it started, and Node would wait for that.
const running = new Set();
function start(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}
if (process.env.NODE_TEST_CONTEXT) after(() => running.forEach((child) => child.kill('SIGTERM')));

/** Whether what is served is a PostgreSQL that the store is replicated to, and not the store: OVER=postgres. */
export const overPostgres = process.env.OVER === 'postgres';

/** A recorded day, and the central database that has every row of it if that is what is tested. */
export async function recordedStore(invocations = 2000) {
  const folder = mkdtempSync(path.join(tmpdir(), 'edo-e2e-'));
  const file = path.join(folder, 'telemetry.db');
  execFileSync(edo, ['demo', '--store', file, '--invocations', String(invocations)], { stdio: 'pipe' });
  const central = overPostgres ? await centralDatabaseOf({ file }) : undefined;
  return {
    file,
    central,
    async remove() {
      await central?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the store itself says, as the truth that pages are compared with. */
export async function ask(store, sql) {
  const { stdout } = await promisify(execFile)(edo, ['sql', sql, '--json', '--store', store.file]);
  return JSON.parse(stdout);
}

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function until(condition, failure) {
  for (const deadline = Date.now() + 60_000; !(await condition()); ) {
    if (Date.now() > deadline) throw new Error(failure);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ship = (store, url) => execFileSync(replicator, ['run', '--once', '--store', store.file, '--to', url], { stdio: 'pipe' });

/** A real PostgreSQL that has every row of the store. */
export async function centralDatabaseOf(store) {
  const folder = path.join(path.dirname(store.file), 'central');
  const child = start(path.join(root, 'tests/support/private-postgres'), [folder], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await until(() => existsSync(path.join(folder, 'url')), 'PostgreSQL does not start');
  const url = readFileSync(path.join(folder, 'url'), 'utf8').trim();
  execFileSync(replicator, ['migrate', '--to', url], { stdio: 'pipe' });
  ship(store, url);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Serves a store, its central database if it has one, or a central database, until stop() is called; resolves once it answers. */
export async function serve(source, { port, options = [] } = {}) {
  const { url } = source.central ?? source;
  const from = url ? ['--postgres', url] : ['--store', source.file];
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const child = start(edo, ['serve', ...from, '--listen', address, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += text));
  const ended = once(child, 'exit');
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`edo serve ended: ${complaints}`);
    return (await fetch(`http://${address}/healthz`).catch(() => undefined))?.ok;
  }, 'edo serve does not answer');
  return {
    url: `http://${address}`,
    port: Number(address.split(':')[1]),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * Runs SQL on the store, and ships what it did: any program may write to a store, and this one is Python.
 * now() is the time as it is stored.
 */
export function write(store, ...statements) {
  const now = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";
  const program = 'import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], timeout=20)\nfor s in sys.argv[2:]: c.execute(s)\nc.commit()';
  execFileSync('python3', ['-c', program, store.file, ...statements.map((sql) => sql.replaceAll('now()', now))]);
  if (store.central) ship(store, store.central.url);
}

/** Writes an invocation with 400 events, 20,000 jobs and as many log lines, and returns its id. */
export function largeInvocation(store) {
  const id = randomUUID();
  const series = (n) => `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${n - 1})`;
  const uuid = (kind, i) => `printf('%08x-${id.slice(9, 14)}7${kind}00-8000-%012x', ${i}, ${i})`;
  write(
    store,
    `INSERT INTO invocations (id, created_at, updated_at, completed_at, source_function, status, total_duration_ms)
     VALUES ('${id}', now(), now(), now(), 'written-by-hand', 'completed', 60000)`,
    `INSERT INTO event_executions (id, invocation_id, created_at, updated_at, completed_at, event_name, detected, status, detection_duration_ms, handler_duration_ms, jobs_count)
     ${series(400)} SELECT ${uuid('e', 'i')}, '${id}', now(), now(), now(), 'price.changed.' || (i % 40), 1, 'completed', 1, 2, 50 FROM n`,
    `INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at, updated_at, completed_at, job_name, status, duration_ms)
     ${series(20_000)} SELECT ${uuid('a', 'i')}, '${id}', ${uuid('e', 'i % 400')}, now(), now(), now(), 'job_' || (i % 3), iif(i = 777, 'failed', 'completed'), i % 900 FROM n`,
    `INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level, message)
     ${series(20_000)} SELECT ${uuid('b', 'i')}, ${uuid('a', '777')}, '${id}', now(), i + 1, 'info', 'price ' || i || ' of many' FROM n`,
  );
  return id;
}
