import { describe, expect, it } from 'vitest';
import { changeOfCount, changeOfDuration, changeOfFailures, isCovered, leastCompared } from './change';

const runs = (all: number, failed: number) => ({ name: '', runs: all, failed, averageMs: null });

describe('a change', () => {
  it('is a percentage while that is readable', () => {
    expect(changeOfCount(150, 100, false)).toMatchObject({ text: '+50%', tone: 'even' });
    expect(changeOfCount(150, 100, true)).toMatchObject({ text: '+50%', tone: 'bad' });
    expect(changeOfCount(50, 100, true)).toMatchObject({ text: '−50%', tone: 'good' });
    expect(changeOfCount(101, 100, true)).toMatchObject({ text: '+1%', tone: 'even' });
    expect(changeOfCount(100, 100, true)).toMatchObject({ text: '±0%', tone: 'even' });
    expect(changeOfCount(27_200, 100, true)).toMatchObject({ text: '272×', tone: 'bad' });
  });
  it('of few is the earlier figure, and no percentage', () => {
    for (const change of [changeOfCount(272, 1, true), changeOfCount(3, leastCompared - 1, false)]) {
      expect(change).toMatchObject({ text: expect.stringMatching(/^(1|24) before$/), tone: 'even', why: expect.any(String) });
      expect(change!.factor).toBeUndefined();
    }
    expect(changeOfDuration(900, 100, 500, 3)).toMatchObject({ text: '100 ms before', tone: 'even' });
    expect(changeOfDuration(900, 100, 3, 500)).toMatchObject({ text: '100 ms before', tone: 'even' });
    expect(changeOfFailures(runs(1000, 9), runs(1000, 3))).toMatchObject({ text: '0.30% before', tone: 'even' });
    expect(changeOfFailures(runs(4, 4), runs(1000, 30))).toMatchObject({ text: '3.0% before', tone: 'even' });
  });
  it('of enough is one of their share or duration', () => {
    expect(changeOfDuration(90, 100, 500, 500)).toMatchObject({ text: '−10%', tone: 'good' });
    expect(changeOfFailures(runs(1000, 60), runs(2000, 60))).toMatchObject({ text: '+100%', tone: 'bad' });
  });
  it('needs a figure before', () => {
    expect(changeOfCount(5, 0, true)).toMatchObject({ text: 'new', tone: 'bad' });
    expect(changeOfFailures(runs(500, 60), runs(500, 0))).toMatchObject({ text: '0% before' });
    expect([changeOfCount(0, 0, true), changeOfDuration(null, 3, 50, 50), changeOfFailures(runs(9, 0), runs(9, 0))]).toEqual([undefined, undefined, undefined]);
  });
});

it('a period is covered if something was recorded before it began', () => {
  const period = { from: 1000, to: 2000 };
  expect([isCovered(period, 1000), isCovered(period, 1001), isCovered(period, undefined)]).toEqual([true, false, false]);
});
