'use strict';
// Recorder.observe(): any function as an invocation.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { inspect } = require('node:util');

const { Recorder, buildToken } = require('..');
const { gate, payload, quiet } = require('./support/observed');
const { Store } = require('./support/store');

function opened(t, options) {
  const printed = quiet(t);
  const store = new Store(t);
  const errors = [];
  const recorder = new Recorder(store.path, { onError: (error) => errors.push(error), ...options });
  t.after(() => recorder.close());
  return { recorder, store, errors, printed };
}

const short = ({ events, jobs, logs }) => ({
  events: events.map((row) => `${row.event_name} ${row.status}`),
  jobs: jobs.map((row) => `${row.job_name} ${row.status} ${row.result ?? row.error_message}`),
  logs: logs.map((row) => row.message),
});

test('a call is a tree of what it does, and gives what it gives', async (t) => {
  const { recorder, store, errors, printed } = opened(t);
  const value = await recorder.observe('orders', { number: 7 }, async (run) => {
    const sent = await run.event('order.created', (event) =>
      event.job('send_receipt', { options: { to: 'a' } }, async function sendReceipt(job) {
        console.log('to a', { token: 'hunter2' });
        job.log('warn', 'slow');
        return { sent: true };
      }),
    );
    return { ...sent, id: run.id };
  });
  const { invocations, ...rest } = store.all();
  assert.deepEqual(value, { sent: true, id: invocations[0].id });
  assert.deepEqual(
    [invocations[0].source_function, invocations[0].status, invocations[0].source_event_payload],
    ['orders', 'completed', '{"number":7}'],
  );
  assert.deepEqual(short(rest), {
    events: ['order.created completed'],
    jobs: ['send_receipt completed {"sent":true}'],
    logs: ["to a { token: '[redacted]' }", 'slow'],
  });
  assert.deepEqual(
    [rest.jobs[0].job_function_name, rest.jobs[0].job_options],
    ['sendReceipt', '{"to":"a"}'],
  );
  assert.deepEqual(errors, []);
  assert.equal(printed.length, 1);
});

test('a call without events is one job of its name, with its lines', async (t) => {
  const { recorder, store } = opened(t);
  assert.equal(await recorder.observe('nightly', undefined, () => 42), 42);
  await recorder.observe('chatty', undefined, async (run) => {
    console.log('one');
    await new Promise(setImmediate);
    run.log('two');
  });
  assert.deepEqual(short(store.all()), {
    events: ['chatty completed', 'nightly completed'],
    jobs: ['chatty completed null', 'nightly completed 42'],
    logs: ['one', 'two'],
  });
});

test('jobs may do without an event, and lines beside them are the call’s own', async (t) => {
  const { recorder, store } = opened(t);
  await recorder.observe('sync', undefined, async (run) => {
    await Promise.all([run.job('a', () => void console.log('of a')), run.job('b', async () => 'b')]);
    console.log('of the call');
  });
  const { invocations, ...rest } = store.all();
  assert.deepEqual(short(rest), {
    events: ['sync completed'],
    jobs: ['a completed null', 'b completed "b"', 'sync completed null'],
    logs: ['of a', 'of the call'],
  });
  assert.equal(invocations[0].total_jobs_succeeded, 3);
});

test('what throws has failed, and the host gets the very error', async (t) => {
  const { recorder, store, errors } = opened(t);
  const error = new Error('declined');
  const failing = async () => {
    throw error;
  };
  const calls = {
    call: failing,
    event: (run) => run.event('e of event', failing),
    job: (run) => run.event('e of job', (event) => event.job('j', failing)),
    caught: (run) => run.event('e of caught', (event) => event.job('k', failing).catch(() => 'well')),
    sync: () => {
      throw error;
    },
  };
  for (const [name, action] of Object.entries(calls)) {
    const outcome = await recorder.observe(name, undefined, action).catch((thrown) => thrown);
    assert.equal(outcome, name === 'caught' ? 'well' : error);
  }
  const { invocations, events, jobs } = store.all();
  assert.deepEqual(
    invocations.map((row) => [row.source_function, row.status, row.error_message]),
    Object.keys(calls).map((name) => [name, 'failed', name === 'caught' ? null : 'declined']),
  );
  assert.deepEqual(
    events.map((row) => [row.event_name, row.status, row.handler_error]),
    [
      ['call', 'failed', null],
      ['e of caught', 'failed', null],
      ['e of event', 'handler_failed', 'declined'],
      ['e of job', 'failed', null],
      ['sync', 'failed', null],
    ],
  );
  assert.deepEqual(
    jobs.map((row) => [row.job_name, row.error_message]),
    ['call', 'j', 'k', 'sync'].map((name) => [name, 'declined']),
  );
  await new Promise(setImmediate);
  assert.deepEqual(errors, []);
});

test('calls that overlap keep their lines, and each other’s', async (t) => {
  const { recorder, store } = opened(t);
  const before = console.log;
  const all = gate();
  let started = 0;
  const call = (name) =>
    recorder.observe(name, undefined, (run) =>
      run.job(name, async () => {
        if (++started === 20) all.open();
        await all.opened;
        console.log(name);
        setImmediate(() => setImmediate(() => console.log('after the end')));
      }),
    );
  await Promise.all(Array.from({ length: 20 }, (_, i) => call(`call ${i}`)));
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  const rows = store.rows(
    'SELECT job_name, message FROM job_logs l JOIN job_executions j ON j.id = l.job_execution_id',
  );
  assert.equal(rows.length, 20);
  for (const row of rows) assert.equal(row.job_name, row.message);
  assert.equal(console.log, before);
});

test('a call inside a job is caused by it', async (t) => {
  const { recorder, store } = opened(t);
  let outer;
  await recorder.observe('outer', undefined, (run) =>
    run.job('calls', async (job) => {
      outer = job;
      await recorder.observe('inner', undefined, () => {});
    }),
  );
  const { invocations } = store.all();
  const inner = invocations.find((row) => row.source_function === 'inner');
  assert.deepEqual(
    [inner.correlation_id, inner.source_job_id],
    [outer.correlationId, outer.id],
  );
});

test('an event of Hasura tells what it is, and the host has the last word', async (t) => {
  const { recorder, store } = opened(t);
  const event = payload();
  const chain = '0b9e3c1a-5f2d-4e8b-9a6c-7d1f2e3a4b5c';
  event.event.data.new.updated_by = buildToken('orders', chain, chain);
  await recorder.observe('orders', event, () => {}, { sourceUserRole: 'robot' });
  await recorder.observe('plain', { event: 'x' }, () => {}, { sourcefunction: 'typo' });
  const [hasura, plain] = store.all().invocations;
  assert.deepEqual(
    [hasura.source_table, hasura.source_event_id, hasura.source_user_role, hasura.source_job_id],
    ['public.orders', event.id, 'robot', chain],
  );
  assert.equal(hasura.correlation_id, chain);
  assert.deepEqual([plain.source_function, plain.source_table], ['plain', null]);
});

test('what cannot be read costs the function nothing', async (t) => {
  const { recorder, store } = opened(t);
  const thrower = (key) => Object.defineProperty({}, key, { enumerable: true, get: () => { throw new Error('lazy'); } });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const unreadable = [[thrower('event')], [proxy], [{}, thrower('id')], [{}, proxy]];
  for (const [given, start] of unreadable) {
    assert.equal(await recorder.observe('odd', given, () => 7, start), 7);
  }
  const value = await recorder.observe('odd', {}, (run) => run.job('a', thrower('options'), () => 8));
  assert.equal(value, 8);
  assert.equal(store.all().invocations.filter((row) => row.status === 'completed').length, 5);
});

test('what is not given hides nothing that is known', async (t) => {
  const { recorder, store } = opened(t);
  let outer;
  await recorder.observe('outer', {}, (run) => {
    outer = run.correlationId;
    return recorder.observe('inner', {}, () => 1, { correlationId: undefined, sourceFunction: null });
  });
  const inner = store.all().invocations.find((row) => row.source_function === 'inner');
  assert.equal(inner.correlation_id, outer);
});

test('what a call has begun is not inside it once it has ended', async (t) => {
  const { recorder, store } = opened(t);
  let later;
  const begun = await recorder.observe('boot', {}, (run) => {
    later = new Promise((resolve) => {
      setImmediate(() => resolve(recorder.observe('later', {}, (inner) => inner.correlationId)));
    });
    return run.correlationId;
  });
  assert.notEqual(await later, begun);
  assert.equal(store.all().invocations.length, 2);
});

test('the chain of an event is its own, also inside another call', async (t) => {
  const { recorder, store } = opened(t);
  const chain = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const job = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
  const event = payload();
  event.event.data.new.updated_by = buildToken('orders', chain, job);
  await recorder.observe('outer', {}, () => recorder.observe('hook', event, () => 1));
  const row = store.all().invocations.find((one) => one.source_function === 'hook');
  assert.deepEqual([row.correlation_id, row.source_job_id], [chain, job]);
});

test('a job that outlives its call keeps its lines', async (t) => {
  const { recorder, store } = opened(t);
  const ended = gate();
  let slow;
  await recorder.observe('race', {}, (run) => {
    slow = run.job('slow', async () => {
      await ended.opened;
      console.log('late');
    });
    return Promise.race([run.job('fast', () => 1), slow]);
  });
  ended.open();
  await slow;
  await recorder.committed();
  assert.deepEqual(store.all().logs.map((row) => row.message), ['late']);
});

test('an onError that rejects ends no host', async (t) => {
  const store = new Store(t);
  const rejected = [];
  const hear = (error) => rejected.push(error);
  process.on('unhandledRejection', hear);
  t.after(() => process.off('unhandledRejection', hear));
  let told = 0;
  const recorder = new Recorder(store.path, {
    onError: async () => {
      ++told;
      throw new Error('in vain');
    },
  });
  t.after(() => recorder.close());
  recorder.startInvocation({ sourcefunction: 'x' });
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  assert.deepEqual([told, rejected], [1, []]);
});

test('a promise that is printed shows nothing of ours but a word', async (t) => {
  const { recorder, printed } = opened(t);
  await recorder.observe('p', {}, (run) => run.job('j', () => console.log((async () => 1)())));
  const text = inspect(printed[0][1]);
  assert.match(text, /^Promise \{/);
  assert.doesNotMatch(text, /ObservedCall|isRunning/);
});

test('switched off, the function is called all the same', async (t) => {
  const { recorder } = opened(t, { enabled: false });
  const before = console.log;
  const value = await recorder.observe('x', undefined, (run) =>
    run.event('e', (event) => event.job('j', () => console.log === before)),
  );
  assert.equal(value, true);
  await assert.rejects(recorder.observe('x', {}), /the third argument must be a function/);
});
