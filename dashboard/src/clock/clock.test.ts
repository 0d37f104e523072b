import { afterEach, expect, it, vi } from 'vitest';
import { clockError, noteServerTime, now, onClockChange } from './clock';

const answered = 'Thu, 01 Jan 2026 00:00:00 GMT';
const serverMs = Date.parse(answered);
const answerAt = (ahead: number, took = 100) => noteServerTime(answered, serverMs + 500 + ahead, serverMs + 500 + ahead + took);

afterEach(() => {
  vi.useRealTimers();
  answerAt(0);
});

it('follows the server when the clock of the browser is wrong, and only then', () => {
  const changed = vi.fn();
  const stop = onClockChange(changed);
  answerAt(3000);
  expect(clockError()).toBe(0);
  answerAt(3_600_000);
  expect(clockError()).toBe(3_600_000);
  answerAt(3_601_000);
  answerAt(3_599_500);
  expect(changed).toHaveBeenCalledTimes(1);
  vi.useFakeTimers({ now: serverMs + 3_600_000 });
  expect(now()).toBe(serverMs);
  answerAt(-600_000);
  expect(clockError()).toBe(-600_000);
  answerAt(-1000);
  expect(clockError()).toBe(0);
  expect(changed).toHaveBeenCalledTimes(3);
  stop();
});

it('learns nothing from slow answers and from servers that do not tell the time', () => {
  answerAt(3_600_000, 10_000);
  noteServerTime(null, 0, 1);
  noteServerTime('soon', 0, 1);
  expect(clockError()).toBe(0);
});
