// Starts a server program for a test file, and speaks to it: whole requests, or raw bytes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// The program prints a line with its address.
export class Server {
  static async start(program, args, environment = {}) {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, EDO_STORE: '', EDO_ADMIN_SECRET: '', ...environment },
    });
    running.add(child);
    let errors = '';
    child.stderr.on('data', (data) => (errors += data));
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`${program} ended with ${code}: ${errors}`);
      }),
    ]);
    // A database may be named before it.
    const address = line.match(/127\.0\.0\.1:\d+/g).at(-1);
    return new Server(child, address, () => errors, line);
  }

  constructor(child, address, errors, line) {
    this.child = child;
    this.line = line;
    this.address = address;
    this.errors = errors;
    this.port = Number(address.split(':').at(-1));
    this.url = `http://${address}`;
    this.graphql = `${this.url}/v1/graphql`;
    this.socket = `ws://${address}/v1/graphql`;
    this.ended = once(child, 'exit').finally(() => running.delete(child));
  }

  // Ends it and tells the exit code.
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    const [code] = await this.ended;
    return code;
  }

  async post(body, headers = {}, path = '/v1/graphql') {
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async query(query, options = {}) {
    const response = await this.post({ query, variables: options.variables }, options.headers);
    return response.json();
  }

  connect() {
    return Raw.connect(this.port);
  }
}

// A TCP connection that remembers what came and when it was closed.
export class Raw {
  static async connect(port) {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new Raw(socket);
  }

  constructor(socket) {
    this.socket = socket;
    this.text = '';
    this.closed = false;
    this.waiting = [];
    const look = () => {
      this.waiting = this.waiting.filter(({ condition, resolve }) => !condition() || resolve());
    };
    this.look = look;
    socket.on('data', (data) => {
      this.text += data.toString('latin1');
      look();
    });
    for (const end of ['end', 'close', 'error']) {
      socket.on(end, () => {
        this.closed = true;
        look();
      });
    }
  }

  send(text) {
    this.socket.write(text);
  }

  until(condition) {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ condition, resolve }));
  }
  async received(pattern) {
    await this.until(() => this.closed || this.text.match(pattern));
    return this.text.match(pattern) !== null;
  }
  async end() {
    await this.until(() => this.closed);
    this.socket.destroy();
    return this.text;
  }
}

export const request = (path, headers = '', method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
