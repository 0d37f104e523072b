'use strict';

// One whole invocation: an event, a job, two lines.
function record(recorder, name = 'orders') {
  const invocation = recorder.startInvocation({ sourceFunction: name });
  const event = invocation.event('order.created');
  event.detected();
  const job = event.job('send_receipt');
  job.log('info', 'one');
  job.log('warn', 'two');
  job.complete({ sent: true });
  event.complete();
  invocation.complete();
  return { invocation, event, job };
}
const callsOfOne = 9;

module.exports = { callsOfOne, record };
