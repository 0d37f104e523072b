'use strict';
// Levels of log lines, by the names that loggers and hosts have for them.

const kLevels = new Map(
  Object.entries({
    debug: ['trace', 'debug', 'verbose', 'silly'],
    info: ['log', 'info', 'notice', 'http'],
    warn: ['warn', 'warning'],
    error: ['error', 'fatal', 'critical', 'alert', 'emergency'],
  }).flatMap(([level, names]) => names.map((name) => [name, level])),
);

// 'debug', 'info', 'warn' or 'error'; undefined for what names none.
function levelOf(name) {
  return typeof name === 'string' ? kLevels.get(name.toLowerCase()) : undefined;
}

module.exports = { levelOf };
