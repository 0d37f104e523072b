'use strict';

// What is measured of a piece of work, in milliseconds: how long the event loop was kept busy, how long
// it had nothing to do but wait, and the processors' time of all threads of this process, also of those
// that collect garbage and write checkpoints.
const figures = ['loop', 'wait', 'processor'];

async function measured(work) {
  const used = process.cpuUsage();
  const before = performance.eventLoopUtilization();
  await work();
  const { active, idle } = performance.eventLoopUtilization(before);
  const { user, system } = process.cpuUsage(used);
  return { loop: active, wait: idle, processor: (user + system) / 1e3 };
}

// {loop, wait, processor}, each with {median, p99}.
function summary(all) {
  const result = {};
  for (const figure of figures) {
    const sorted = all.map((one) => one[figure]).sort((a, b) => a - b);
    result[figure] = { median: at(sorted, 0.5), p99: at(sorted, 0.99) };
  }
  return result;
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

module.exports = { figures, measured, summary };
