'use strict';
// What the shop's functions ask of every event, as detector modules of
// @hopdrive/hasura-event-detector have it: a detector and a handler that runs jobs.

const is = ({ table, event }, name, operation) =>
  `${table.schema}.${table.name}` === name && event.op === operation;

const changedTo = ({ event }, column, value) =>
  event.data.new?.[column] === value && event.data.old?.[column] !== value;

// `library` brings run() and job().
function shopModules({ run, job }) {
  async function sendReceipt(event, { event: { data } }, { to }) {
    console.log('receipt for order %s', data.new.number);
    return { sent: true, to };
  }

  async function reserveStock(event, { event: { data } }) {
    for (const { sku, quantity } of data.new.items) console.info('reserve', { sku, quantity });
    return data.new.items.length;
  }

  async function authorizePayment(event, { event: { data } }) {
    console.warn('payment %s was declined', data.new.id);
    throw new Error('the card was declined', { cause: new Error('insufficient funds') });
  }

  const receiptFor = ({ event }) => job(sendReceipt, { to: event.data.new.customer_email });
  return [
    {
      name: 'order.created',
      detector: async (event, payload) => is(payload, 'public.orders', 'INSERT'),
      handler: (event, payload) => run(event, payload, [receiptFor(payload), job(reserveStock)]),
    },
    {
      name: 'order.paid',
      detector: async (event, payload) =>
        is(payload, 'public.orders', 'UPDATE') && changedTo(payload, 'status', 'paid'),
      handler: (event, payload) => run(event, payload, [receiptFor(payload)]),
    },
    {
      name: 'payment.requested',
      detector: async (event, payload) => is(payload, 'public.payments', 'INSERT'),
      handler: (event, payload) => run(event, payload, [job(authorizePayment)]),
    },
  ];
}

module.exports = { shopModules };
