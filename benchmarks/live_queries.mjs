// What live queries cost: processor time and memory of edo serve while many WebSockets have one
// subscription each, first while nobody writes.
//
//   node benchmarks/live_queries.mjs EDO (--store FILE | --postgres URL) [--sockets 3000] [--seconds 30]
//     [--different N]    that many different queries among them (default 1); 0: each has its own
//     [--write COMMAND]  a shell command that commits something, run once a second in a second round
//
// Needs Node 22 or newer, for its WebSocket. The result is JSON.
import { exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string' },
    postgres: { type: 'string' },
    sockets: { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '30' },
    different: { type: 'string', default: '1' },
    write: { type: 'string' },
  },
});
const sockets = Number(options.sockets);
const seconds = Number(options.seconds);
const different = Number(options.different) || sockets;

const backend = options.store ? ['--store', options.store] : ['--postgres', options.postgres];
const server = spawn(positionals[0], [
  'serve', ...backend, '--listen', '127.0.0.1:0', '--json', '--max-connections', String(sockets + 10),
], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(createInterface(server.stdout), 'line');
const address = new URL('/v1/graphql', JSON.parse(line).url.replace('http', 'ws'));

// In clock ticks of a hundredth of a second, and in kilobytes.
function consumption() {
  const stat = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const memory = readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1];
  return { ticks: Number(stat[11]) + Number(stat[12]), kilobytes: Number(memory) };
}

let results = 0;
function subscribe(number) {
  const socket = new WebSocket(address, 'graphql-transport-ws');
  const query = 'subscription($atLeast: Int) { invocations(limit: 5, order_by: {created_at: desc}, ' +
    'where: {events_detected_count: {_gte: $atLeast}}) { id status } }';
  const first = Promise.withResolvers();
  socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init' }));
  socket.onerror = socket.onclose = () => first.reject(new Error(`socket ${number} was closed`));
  socket.onmessage = ({ data }) => {
    const { type } = JSON.parse(data);
    if (type === 'connection_ack') {
      const payload = { query, variables: { atLeast: -(number % different) } };
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    } else if (type === 'ping') {
      socket.send(JSON.stringify({ type: 'pong' }));
    } else if (type === 'next') {
      results += 1;
      first.resolve();
    } else {
      first.reject(new Error(data));
    }
  };
  return first.promise;
}

async function measure(name, command) {
  const before = consumption();
  const received = results;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (command) await promisify(exec)(command);
    await sleep(1000);
  }
  const after = consumption();
  return {
    round: name,
    share_of_a_core: (after.ticks - before.ticks) / 100 / seconds,
    results: results - received,
    megabytes_before: before.kilobytes / 1024,
    megabytes_after: after.kilobytes / 1024,
  };
}

const empty = consumption().kilobytes;
for (let begun = 0; begun < sockets; begun += 50) {
  const batch = Array.from({ length: Math.min(50, sockets - begun) }, (_, i) => subscribe(begun + i));
  await Promise.all(batch);
}
const rounds = [await measure('nobody writes')];
if (options.write) rounds.push(await measure('one commit a second', options.write));
console.log(JSON.stringify({
  sockets, different, kilobytes_each: (consumption().kilobytes - empty) / sockets, rounds,
}, null, 2));
server.kill();
process.exit();
