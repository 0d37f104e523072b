// A store that was recorded by the sample host, and a real `edo serve` over it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
export const buildDir = path.resolve(root, process.env.BUILD_DIR ?? 'build');
const edo = path.join(buildDir, 'tools/edo');

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

/** Serves until stop() is called; resolves once it answers. */
export async function serve(store, { port, options = [] } = {}) {
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const child = spawn(edo, ['serve', '--store', store.file, '--listen', address, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += text));
  const ended = once(child, 'exit');
  const deadline = Date.now() + 30_000;
  for (;;) {
    const response = await fetch(`http://${address}/healthz`).catch(() => undefined);
    if (response?.ok) break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`edo serve does not answer: ${complaints}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
