'use strict';
// Hooks in random order, some never, some twice, some late, over many invocations at once. Whatever
// a hook has acknowledged must be found again, once, and where it belongs.
//
// EDO_SEED repeats a run; EDO_ROUNDS makes more of them.

const assert = require('node:assert/strict');
const { randomInt } = require('node:crypto');
const { test } = require('node:test');

const { observed, payload, quiet } = require('./support/observed');

const seed = Number(process.env.EDO_SEED ?? randomInt(1 << 30));
const rounds = Number(process.env.EDO_ROUNDS ?? 3);

// A small generator that gives the same numbers for the same seed (mulberry32).
function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Lives through invocations as a host would, and notes what must be in the store afterwards.
class RandomHost {
  expected = { invocations: [], events: [], jobs: [] };

  constructor(plugin, random) {
    this.plugin = plugin;
    this.random = random;
  }

  chance(probability) {
    return this.random() < probability;
  }

  upTo(most) {
    return Math.floor(this.random() * (most + 1));
  }

  // Some turns of the event loop, of either kind, or none.
  async pause() {
    for (let i = this.upTo(3); i > 0; i--) {
      await (this.chance(0.5) ? null : new Promise(setImmediate));
    }
  }

  async invocation(index) {
    const event = payload();
    event.id = `event ${index}`;
    const options = this.chance(0.5)
      ? { correlationId: '0b9e3c1a-5f2d-4e8b-9a6c-7d1f2e3a4b5c' }
      : {};
    await this.pause();
    await this.plugin.onInvocationStart(event, options);
    const expected = { id: event.__invocationId, status: 'running' };
    this.expected.invocations.push(expected);

    let failed = false;
    const work = Promise.all(
      Array.from({ length: this.upTo(3) }, async (_, i) => {
        if (await this.event(`event ${i}`, event, expected.id)) failed = true;
      }),
    );
    const end = (timedOut) =>
      this.plugin.onInvocationEnd(event, { events: [], timedOut }, this.upTo(100));
    if (this.chance(0.2)) {
      await this.pause();
      await this.plugin.flush();
      await end(true);
      expected.status = 'timeout';
    }
    await work;
    if (this.chance(0.1)) return; // the end never comes, or not again
    await end(false);
    if (expected.status === 'running') expected.status = failed ? 'failed' : 'completed';
    if (this.chance(0.1)) await end(false);
    await (this.chance(0.5) ? this.plugin.flush() : this.plugin.shutdown());
  }

  // True if it failed.
  async event(name, event, invocationId) {
    const { plugin } = this;
    const expected = { invocation_id: invocationId, event_name: name, status: 'not_detected' };
    await this.pause();
    await plugin.onEventDetectionStart(name, event);
    this.expected.events.push(expected);
    await this.pause();
    const detected = this.chance(0.7);
    await plugin.onEventDetectionEnd(name, detected, event, 1);
    if (!detected) return false;

    if (this.chance(0.9)) await plugin.onEventHandlerStart(name, event);
    if (this.chance(0.15)) {
      await this.pause();
      await plugin.onError(new Error('handler'), 'event_handler');
      await plugin.onError(new Error('handler'), 'event_detection');
      expected.status = 'handler_failed';
      return true;
    }
    const names = ['sync', 'mail'];
    const results = await Promise.all(
      Array.from({ length: this.upTo(4) }, () =>
        this.job(names[this.upTo(1)], name, event, invocationId),
      ),
    );
    await plugin.onEventHandlerEnd(name, results, event, 3);
    expected.status = results.some((result) => result.error) ? 'failed' : 'completed';
    return expected.status === 'failed';
  }

  async job(name, eventName, event, invocationId) {
    const { plugin } = this;
    const options = { number: this.upTo(1e9) };
    await plugin.onJobStart(name, options, eventName, event);
    const id = options.jobExecutionId;
    const expected = {
      id,
      invocation_id: invocationId,
      job_name: name,
      event_name: eventName,
      lines: [],
    };
    this.expected.jobs.push(expected);
    const result = { name, completed: true, durationMs: 0 };
    for (let line = this.upTo(3); line > 0; line--) {
      await this.pause();
      const text = `${id} ${line}`;
      if (this.chance(0.3)) await plugin.onLog('info', text, undefined, name);
      else console.log(text);
      expected.lines.push(text);
    }
    if (this.chance(0.2)) Object.assign(result, { completed: false, error: new Error(id) });
    else result.result = id;
    const wanted = result.error
      ? { status: 'failed', result: null, error_message: id }
      : { status: 'completed', result: JSON.stringify(id), error_message: null };
    Object.assign(expected, wanted);
    await this.pause();
    // What never comes is made up for when the handler ends.
    if (this.chance(0.9)) await plugin.onJobEnd(name, result, eventName, event, this.upTo(50));
    if (result.error && this.chance(0.9)) await plugin.onError(result.error, 'job');
    if (this.chance(0.1)) await plugin.onJobEnd(name, result, eventName, event, this.upTo(50));
    return result;
  }
}

for (let round = 0; round < rounds; round++) {
  test(`nothing is lost or mixed up (EDO_SEED=${seed + round} EDO_ROUNDS=1)`, async (t) => {
    quiet(t);
    const { plugin, telemetry, errors } = observed(t);
    const host = new RandomHost(plugin, generator(seed + round));
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        for (let turns = host.upTo(40); turns > 0; turns--) await new Promise(setImmediate);
        await host.invocation(i);
      }),
    );
    await new Promise(setImmediate);
    assert.deepEqual(errors, []);
    assert.equal(plugin.health().dropped, 0);

    const sorted = (rows) => rows.map((row) => JSON.stringify(row)).sort();
    const { expected } = host;
    assert.deepEqual(
      sorted(telemetry.rows('SELECT id, status FROM invocations')),
      sorted(expected.invocations),
    );
    assert.deepEqual(
      sorted(telemetry.rows('SELECT invocation_id, event_name, status FROM event_executions')),
      sorted(expected.events),
    );
    const jobs = telemetry.rows(`
      SELECT j.id, j.invocation_id, job_name, event_name, j.status, result, error_message
      FROM job_executions j JOIN event_executions e ON e.id = event_execution_id`);
    const lines = telemetry.rows(
      'SELECT job_execution_id, message FROM job_logs ORDER BY sequence',
    );
    assert.deepEqual(
      sorted(jobs),
      sorted(
        expected.jobs.map(
          ({ id, invocation_id, job_name, event_name, status, result, error_message }) => ({
            id,
            invocation_id,
            job_name,
            event_name,
            status,
            result,
            error_message,
          }),
        ),
      ),
    );
    for (const { id, lines: printed } of expected.jobs) {
      const kept = lines.filter((line) => line.job_execution_id === id).map((line) => line.message);
      assert.deepEqual(kept, printed);
    }
    assert.equal(lines.length, expected.jobs.flatMap((job) => job.lines).length);
  });
}
