// GraphQL over WebSocket from outside: with the clients that people use, and with messages by hand.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createClient } from 'graphql-ws';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import WebSocket from 'ws';

import { Server } from '../support/server.mjs';

const program = process.env.EDO_FAKE_SERVER;
const servers = [];
async function start(...args) {
  const server = await Server.start(program, args);
  servers.push(server);
  return server;
}

let server;
before(async () => (server = await start()));
after(() => Promise.all(servers.map((each) => each.stop('SIGKILL'))));

// A client by hand that keeps what it hears.
class Hand {
  static async open(at, protocols = 'graphql-transport-ws', options = {}) {
    const socket = new WebSocket(at.socket, protocols, options);
    const hand = new Hand(socket);
    await Promise.race([
      once(socket, 'open'),
      once(socket, 'error').then(([error]) => Promise.reject(error)),
    ]);
    return hand;
  }
  constructor(socket) {
    this.socket = socket;
    this.heard = [];
    this.waiting = [];
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'ping' || message.type === 'ka') return;
      (this.waiting.shift() ?? ((late) => this.heard.push(late)))(message);
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve([code, String(reason)]));
    });
    socket.on('error', () => {}); // it is closed then
  }
  say(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  hear() {
    if (this.heard.length > 0) return this.heard.shift();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  async init() {
    this.say({ type: 'connection_init' });
    assert.deepEqual(await this.hear(), { type: 'connection_ack' });
    return this;
  }
  ask(id, query, type = 'subscribe') {
    this.say({ type, id, payload: { query } });
  }
}

test('graphql-ws: queries, failures and live queries', async () => {
  const client = createClient({ url: server.socket, webSocketImpl: WebSocket, retryAttempts: 0 });
  const results = client.iterate({ query: 'echo', variables: { x: 1 } });
  assert.deepEqual((await results.next()).value.data.variables, { x: 1 });
  assert.equal((await results.next()).done, true);

  await assert.rejects(
    (async () => {
      for await (const result of client.iterate({ query: 'fail validation-failed' })) assert.fail(result);
    })(),
    (errors) => errors[0].extensions.code === 'validation-failed',
  );

  const live = client.iterate({ query: 'watch graphql-ws' });
  assert.deepEqual((await live.next()).value.data, { 'graphql-ws': '0' });
  await server.query('set graphql-ws 1');
  assert.deepEqual((await live.next()).value.data, { 'graphql-ws': '1' });
  await live.return();
  await client.dispose();
});

test('subscriptions-transport-ws: queries, failures and live queries', async () => {
  const client = new SubscriptionClient(server.socket, { reconnect: false }, WebSocket);
  const take = (query, count) =>
    new Promise((resolve, reject) => {
      const results = [];
      const { unsubscribe } = client.request({ query }).subscribe({
        next(result) {
          results.push(result);
          if (results.length === 1 && count > 1) server.query('set legacy 1');
          if (results.length === count) {
            unsubscribe();
            resolve(results);
          }
        },
        error: reject,
      });
    });
  assert.equal((await take('echo', 1))[0].data.role, 'admin');
  const [first, second] = await take('watch legacy', 2);
  assert.deepEqual([first.data.legacy, second.data.legacy], ['0', '1']);
  await assert.rejects(take('fail validation-failed', 1), { message: 'told to fail' });
  client.close();
});

test('without a protocol, the older one is used', async () => {
  const hand = await Hand.open(server, []);
  assert.equal(hand.socket.protocol, '');
  await hand.init();
  hand.ask('1', 'echo', 'start');
  assert.equal((await hand.hear()).type, 'data');
  assert.equal((await hand.hear()).type, 'complete');
  hand.socket.close();
});

test('an unknown protocol, path or origin is refused', async () => {
  await assert.rejects(Hand.open(server, 'chat'), /400/);
  await assert.rejects(Hand.open({ socket: `${server.socket}/x` }), /404/);
  await assert.rejects(Hand.open(server, 'graphql-ws', { origin: 'https://evil.example.com' }), /403/);
  await assert.rejects(Hand.open(server, 'graphql-ws', { headers: { host: 'evil.example.com' } }), /403/);
  const own = await Hand.open(server, 'graphql-ws', { origin: server.url });
  own.socket.close();
});

test('a client that does not initialise within 3 seconds, or is unauthorized, is closed', async () => {
  const closed = await start('secret=s3cret');
  const silent = await Hand.open(closed);
  const begin = Date.now();
  const wrong = await Hand.open(closed);
  wrong.say({ type: 'connection_init', payload: { headers: { 'x-hasura-admin-secret': 'no' } } });
  assert.equal((await wrong.closed)[0], 4403);
  const early = await Hand.open(closed);
  early.ask('1', 'echo');
  assert.equal((await early.closed)[0], 4401);
  const right = await Hand.open(closed);
  right.say({ type: 'connection_init', payload: { headers: { 'X-Hasura-Admin-Secret': 's3cret' } } });
  assert.equal((await right.hear()).type, 'connection_ack');
  const upgraded = await Hand.open(closed, 'graphql-transport-ws', {
    headers: { 'x-hasura-admin-secret': 's3cret' },
  });
  await upgraded.init();
  assert.equal((await silent.closed)[0], 4408);
  const took = Date.now() - begin;
  assert.ok(took > 2500 && took < 20_000, `${took} ms`);
});

test('a ping comes about every 5 seconds', async () => {
  const hand = await Hand.open(server);
  await hand.init();
  const [data] = await once(hand.socket, 'message');
  assert.deepEqual(JSON.parse(data), { type: 'ping' });
  hand.say({ type: 'pong' });
  hand.ask('1', 'echo');
  assert.equal((await hand.hear()).type, 'next');
  hand.socket.close();
});

test('an invalid frame closes only its connection', async () => {
  const init = JSON.stringify({ type: 'connection_init' });
  for (const bad of ['', 'x', '[]', '{"type":7}', '{"type":"nope"}', '['.repeat(100_000)]) {
    const hand = await Hand.open(server);
    hand.say(init);
    hand.say(bad);
    assert.equal((await hand.closed)[0], 4400, bad.slice(0, 20));
  }
  const large = await Hand.open(server);
  large.say('x'.repeat(3 << 20));
  assert.equal((await large.closed)[0], 1009);
  const invalid = await Hand.open(server);
  invalid.socket._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  assert.notEqual((await invalid.closed)[0], 1000);
  assert.equal((await server.query('echo')).data.query, 'echo');
});

test('messages are compressed if the client offers it', async () => {
  const hand = await Hand.open(server);
  assert.match(hand.socket.extensions, /permessage-deflate/);
  await hand.init();
  const before = hand.socket._socket.bytesRead;
  hand.ask('1', 'big 100000');
  assert.equal((await hand.hear()).payload.data.length, 100_000);
  assert.ok(hand.socket._socket.bytesRead - before < 5000);
  hand.socket.close();
});

test('a client that does not read gets the latest result in the end, and does not delay others', async () => {
  const slow = await Hand.open(server, 'graphql-transport-ws', { perMessageDeflate: false });
  await slow.init();
  slow.socket._socket.pause();
  // Far more than the sockets of both sides hold.
  for (let i = 0; i < 8; ++i) slow.ask(`big${i}`, 'big 2000000');
  slow.ask('live', 'watch slow');
  const quick = await Hand.open(server);
  await quick.init();
  quick.ask('live', 'watch slow');
  assert.equal((await quick.hear()).payload.data.slow, '0');
  for (let i = 1; i <= 20; ++i) {
    await server.query(`set slow ${i}`);
    let last;
    do last = (await quick.hear()).payload.data.slow;
    while (last !== String(i));
  }
  slow.socket._socket.resume();
  const values = [];
  while (values.at(-1) !== '20') {
    const message = await slow.hear();
    if (message.id === 'live') values.push(message.payload.data.slow);
  }
  assert.ok(values.length < 20, `${values.length} of 20 answers were sent`);
  for (const hand of [slow, quick]) hand.socket.close();
});

test('a stream sends everything once and in order', async () => {
  const hand = await Hand.open(server);
  await hand.init();
  await server.query('set numbers 10');
  hand.ask('s', 'count numbers');
  const numbers = [];
  while (numbers.length < 10) numbers.push(...(await hand.hear()).payload.data.numbers);
  await server.query('set numbers 11');
  numbers.push(...(await hand.hear()).payload.data.numbers);
  assert.deepEqual(numbers, Array.from({ length: 11 }, (_, i) => i + 1));
  hand.socket.close();
});

test('a client that vanishes leaves nothing behind', async () => {
  const hand = await Hand.open(server);
  await hand.init();
  hand.ask('1', 'watch vanish');
  await hand.hear();
  const figure = async (name) =>
    Number((await (await fetch(`${server.url}/metrics`)).text()).match(new RegExp(`^${name} (.*)$`, 'm'))[1]);
  const before = await figure('edo_server_subscriptions');
  assert.ok(before >= 1);
  hand.socket.terminate();
  while ((await figure('edo_server_subscriptions')) >= before);
});

test('a thousand clients of one live query share one poll', async () => {
  const many = await start('interval=200', 'waiting=1000');
  const hands = [];
  for (let i = 0; i < 20; ++i) {
    hands.push(
      ...(await Promise.all(
        Array.from({ length: 50 }, () =>
          Hand.open(many, 'graphql-transport-ws', { perMessageDeflate: false }).then((hand) => hand.init()),
        ),
      )),
    );
  }
  for (const hand of hands) hand.ask('1', 'watch all');
  for (const hand of hands) assert.equal((await hand.hear()).payload.data.all, '0');
  assert.match(
    await (await fetch(`${many.url}/metrics`)).text(),
    /edo_server_subscriptions 1000\n[^]*edo_server_live_queries 1\n/,
  );
  await many.query('set all 1');
  for (const hand of hands) assert.equal((await hand.hear()).payload.data.all, '1');
  for (const hand of hands) hand.socket.terminate();
});

test('SIGTERM closes sockets as going away', async () => {
  const ending = await start();
  const hand = await Hand.open(ending);
  await hand.init();
  hand.ask('1', 'watch a');
  await hand.hear();
  const code = ending.stop();
  assert.equal((await hand.closed)[0], 1001);
  assert.equal(await code, 0);
});
