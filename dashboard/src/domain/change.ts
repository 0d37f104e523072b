import { formatDuration } from '~/format/duration';
import { formatCount, formatRate } from '~/format/number';
import type { ResolvedRange } from '~/url/time-range';
import type { Runs } from './runs';

/** How a figure differs from that of the period before. */
export interface Change {
  text: string;
  /** Whether it is an improvement. */
  tone: 'good' | 'bad' | 'even';
  /** The new figure over the old one, where both mean something. */
  factor?: number;
  /** Why there is no percentage. */
  why?: string;
}

/** With fewer, chance alone changes a figure by more than a fifth. */
export const leastCompared = 25;

/** Whether rows were recorded, and are kept, from the beginning of a period on. */
export const isCovered = (period: ResolvedRange, since: number | undefined) => since !== undefined && since <= period.from;

const percentText = (factor: number) => {
  const percent = Math.round((factor - 1) * 100);
  if (percent === 0) return '±0%';
  return percent > 999 ? `${Math.round(factor)}×` : `${percent > 0 ? '+' : '−'}${Math.abs(percent)}%`;
};

function changeBy(factor: number, moreIsWorse: boolean): Change {
  const notable = moreIsWorse && Math.abs(Math.round((factor - 1) * 100)) >= 10;
  return { text: percentText(factor), tone: notable ? (factor > 1 ? 'bad' : 'good') : 'even', factor };
}

/** Too few to compare with: the earlier figure itself. */
const tooFew = (earlier: string): Change => ({
  text: `${earlier} before`, tone: 'even', why: `Fewer than ${leastCompared} are too few to compare`,
});

/** Of how often something happened. */
export function changeOfCount(now: number, before: number, moreIsWorse: boolean): Change | undefined {
  if (before === 0) return now === 0 ? undefined : { text: 'new', tone: moreIsWorse ? 'bad' : 'even', why: 'None in the period before' };
  return before < leastCompared ? tooFew(formatCount(before)) : changeBy(now / before, moreIsWorse);
}

/** Of the share of runs that failed. */
export function changeOfFailures(now: Runs, before: Runs): Change | undefined {
  if (now.runs === 0 || before.runs === 0 || (now.failed === 0 && before.failed === 0)) return undefined;
  const few = Math.min(now.runs, before.runs) < leastCompared || Math.max(now.failed, before.failed) < leastCompared || before.failed === 0;
  return few ? tooFew(formatRate(before.failed, before.runs)) : changeBy(now.failed / now.runs / (before.failed / before.runs), true);
}

/** Of a duration, such as the average, of so many runs. */
export function changeOfDuration(now: number | null | undefined, before: number | null | undefined, runs: number, runsBefore: number): Change | undefined {
  if (now == null || before == null) return undefined;
  return Math.min(runs, runsBefore) < leastCompared || before === 0 ? tooFew(formatDuration(before)) : changeBy(now / before, true);
}
