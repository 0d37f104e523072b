import { createStore, useStore } from '~/hooks/store';

// The server's clock. Time ranges are the server's, since a browser's clock may be wrong.

const second = 1000;
/** A difference up to this is noise: the server gives whole seconds, and an answer takes its time. */
const tolerated = 5 * second;

/** How far the browser's clock is ahead of the server's, in milliseconds; 0 within the tolerance. */
const ahead = createStore(0);

export const clockError = ahead.get;
export const useClockError = () => useStore(ahead);
export const onClockChange = ahead.subscribe;

/** The current time by the server's clock, in milliseconds. */
export const now = () => Date.now() - ahead.get();

/** Takes the Date header of an answer whose request began and ended then, by the browser's clock. */
export function noteServerTime(date: string | null, begun: number, ended: number) {
  const answered = Date.parse(date ?? '');
  // A slow answer says little about the time.
  if (Number.isNaN(answered) || ended - begun > tolerated) return;
  const difference = (begun + ended) / 2 - (answered + second / 2);
  const next = Math.abs(difference) <= tolerated ? 0 : Math.round(difference / second) * second;
  // Small differences between answers must not make every page fetch again.
  if (Math.abs(next - ahead.get()) <= 2 * second && (next === 0) === (ahead.get() === 0)) return;
  ahead.set(next);
}
