'use strict';

const { setTimeout: sleep } = require('node:timers/promises');

// Waits until the condition holds, and gives what it gave.
async function until(condition, what = 'the condition', withinMs = 30_000) {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > giveUpAt) throw new Error(`${what} did not come true in ${withinMs} ms`);
    await sleep(10);
  }
}

module.exports = { until };
