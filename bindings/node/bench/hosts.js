'use strict';

// A host as the detector library is one: it runs detectors, then handlers, then jobs, each kind all
// at once, and awaits a hook before and after each.

const turn = () => new Promise((resolve) => setImmediate(resolve));

const payload = {
  id: 'c9a4c5d2-8d7f-4b8e-9a51-6f2f4a0f7b11',
  table: { schema: 'public', name: 'orders' },
  event: { op: 'INSERT', data: { old: null, new: { id: 1, note: 'x'.repeat(700) } } },
};
const options = { to: 'a@example.com', template: 'receipt' };
const line = (number) => `line ${number} of a job, as long as such lines are`;

async function runJob(hooks, event, { waits }) {
  const job = await hooks.startJob(event, 'send_receipt', options);
  for (let number = 1; number <= 3; ++number) {
    hooks.log(job, line(number));
    if (waits) await turn();
  }
  await hooks.endJob(job, { sent: true });
}

async function runEvent(hooks, invocation, name) {
  const event = await hooks.startEvent(invocation, name);
  await hooks.detected(event);
  await runJob(hooks, event, { waits: true });
  await hooks.endEvent(event);
}

// Five event modules with a job each, and fifteen lines.
async function runInvocation(hooks) {
  const invocation = await hooks.startInvocation(payload);
  await Promise.all([1, 2, 3, 4, 5].map((number) => runEvent(hooks, invocation, `event ${number}`)));
  await hooks.endInvocation(invocation);
}

module.exports = { payload, runInvocation, runJob };
