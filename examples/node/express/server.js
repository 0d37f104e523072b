'use strict';
// A web server whose requests are invocations: what a route does is recorded with the lines that it
// prints, and fails when the route fails.
//
//   cd examples/node/express && npm ci
//   node server.js [STORE]
//   curl -X POST localhost:3000/orders -H 'content-type: application/json' -d '{"number": 7}'
//
// In a program of yours the package comes from node_modules:
// const { Recorder } = require('event-detector-observability');

const express = require('express');

const { Recorder } = require('../../../bindings/node');

// What happens in one turn of the event loop shares a commit, which spares a busy server the disk.
const recorder = new Recorder(process.argv[2] ?? 'telemetry.db', {
  commit: 'tick',
  onError: (error) => console.error('telemetry:', error.message),
});

// A route whose requests are invocations of this name. Express answers what it throws.
const observed = (name, route) => (request, response) =>
  recorder.observe(name, request.body, (run) => route(request, response, run), {
    sourceSystem: 'http',
    sourceOperation: 'MANUAL',
    contextData: { method: request.method, url: request.originalUrl, headers: request.headers },
  });

async function charge({ number, card }) {
  console.log('charge order %d', number, card);
  if (card?.number === '0') throw new Error('the card was declined');
  return { charged: true };
}

async function createOrder(request, response, run) {
  const order = request.body;
  await run.event('order.created', async (event) => {
    await event.job('charge', { options: order }, () => charge(order));
    await event.job('send_receipt', () => console.log('receipt for order %d', order.number));
  });
  response.status(201).json({ invocation: run.id });
}

const app = express();
app.use(express.json());
app.post('/orders', observed('POST /orders', createOrder));
app.get('/health', observed('GET /health', (request, response) => response.json({ ok: true })));

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log('listening on %d', server.address().port);
});

process.on('SIGTERM', () => server.close(() => recorder.close()));
