// A store that was recorded by the sample host, and a real `edo serve` over it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
export const buildDir = path.resolve(root, process.env.BUILD_DIR ?? 'build');
const edo = path.join(buildDir, 'tools/edo');
const replicator = path.join(buildDir, 'replicator/edo-replicator');

export function recordedStore(invocations = 2000) {
  const folder = mkdtempSync(path.join(tmpdir(), 'edo-e2e-'));
  const file = path.join(folder, 'telemetry.db');
  execFileSync(edo, ['demo', '--store', file, '--invocations', String(invocations)], { stdio: 'pipe' });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
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

/** A real PostgreSQL that has every row of the store. */
export async function centreOf(store) {
  const folder = path.join(path.dirname(store.file), 'centre');
  const child = spawn(path.join(root, 'tests/support/private-postgres'), [folder], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await until(() => existsSync(path.join(folder, 'url')), 'PostgreSQL does not start');
  const url = readFileSync(path.join(folder, 'url'), 'utf8').trim();
  execFileSync(replicator, ['migrate', '--to', url], { stdio: 'pipe' });
  execFileSync(replicator, ['run', '--once', '--store', store.file, '--to', url], { stdio: 'pipe' });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Serves a store, or a centre, until stop() is called; resolves once it answers. */
export async function serve(source, { port, options = [] } = {}) {
  const from = source.file ? ['--store', source.file] : ['--postgres', source.url];
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const child = spawn(edo, ['serve', ...from, '--listen', address, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
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

/** Runs SQL on the store: any program may write to it, and this one is Python. now() is the time as it is stored. */
export function write(store, ...statements) {
  const now = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";
  const program = 'import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], timeout=20)\nfor s in sys.argv[2:]: c.execute(s)\nc.commit()';
  execFileSync('python3', ['-c', program, store.file, ...statements.map((sql) => sql.replaceAll('now()', now))]);
}
