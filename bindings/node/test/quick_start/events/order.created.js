'use strict';

const { run, job } = require('@hopdrive/hasura-event-detector');

async function sendReceipt(event, hasuraEvent, options) {
  console.log('receipt for', hasuraEvent.event.data.new.number);
  return { to: options.to };
}

exports.detector = async (event, hasuraEvent) => hasuraEvent.event.op === 'INSERT';

exports.handler = async (event, hasuraEvent) =>
  run(event, hasuraEvent, [job(sendReceipt, { to: hasuraEvent.event.data.new.customer_email })]);
