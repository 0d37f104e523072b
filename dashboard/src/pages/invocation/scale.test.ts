import { describe, expect, it } from 'vitest';
import { compressedScale, gapsIn, linearScale, niceStep, ticks, union } from './scale';

const span = (from: number, to: number) => ({ from, to });

describe('busy and idle', () => {
  it('joins intervals that touch and keeps others apart', () => {
    expect(union([span(5, 8), span(0, 3), span(3, 4), span(6, 7)])).toEqual([span(0, 4), span(5, 8)]);
  });

  it('finds pauses, also at the ends', () => {
    expect(gapsIn(span(0, 10), [span(2, 3), span(5, 20)])).toEqual([span(0, 2), span(3, 5)]);
    expect(gapsIn(span(0, 10), [])).toEqual([span(0, 10)]);
  });
});

describe('compressed axis', () => {
  const scale = compressedScale(span(0, 1000), [span(0, 50), span(950, 1000)]);

  it('shortens a long pause and widens the rest', () => {
    expect(scale.pieces.map(({ gap }) => gap)).toEqual([false, true, false]);
    expect(scale.position(50)).toBeCloseTo(0.48);
    expect(scale.position(950)).toBeCloseTo(0.52);
    expect(scale.position(1000)).toBeCloseTo(1);
  });

  it('keeps the order of times, and can be inverted', () => {
    let before = -1;
    for (let ms = 0; ms <= 1000; ms += 7) {
      const x = scale.position(ms);
      expect(x).toBeGreaterThan(before);
      expect(scale.invert(x)).toBeCloseTo(ms, 6);
      before = x;
    }
  });

  it('does not change short pauses, or an axis of only pauses', () => {
    expect(compressedScale(span(0, 100), [span(0, 45), span(50, 100)]).pieces).toHaveLength(1);
    expect(compressedScale(span(0, 100), []).position(25)).toBeCloseTo(0.25);
  });

  it('moves times outside to the ends', () => {
    expect(scale.position(-5)).toBe(0);
    expect(scale.position(2000)).toBe(1);
  });

  it('accepts an axis without length', () => {
    expect(linearScale(span(5, 5)).position(5)).toBe(0);
  });
});

describe('ticks', () => {
  it('uses round steps', () => {
    expect(niceStep(100, 5)).toBe(20);
    expect(niceStep(0.7, 10)).toBeCloseTo(0.1);
    expect(niceStep(61_000, 8)).toBe(10_000);
    expect(niceStep(22 * 60_000, 9)).toBe(300_000);
    expect(niceStep(9 * 86_400_000, 9)).toBe(86_400_000);
  });

  it('are relative to zero and never within a shortened pause', () => {
    const found = ticks(compressedScale(span(-10, 990), [span(-10, 40), span(940, 990)]), 0, 8);
    expect(found).toContain(0);
    expect(found.every((ms) => ms <= 40 || ms >= 940)).toBe(true);
  });
});
