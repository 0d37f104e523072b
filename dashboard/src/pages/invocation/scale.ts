import type { Span } from './model';

// A time axis that shortens long pauses, during which nothing runs, to a fixed width. Positions are fractions
// of the width: 0 is the left end and 1 the right end.

export interface Piece extends Span {
  x0: number;
  x1: number;
  /** A pause that was shortened. */
  gap: boolean;
}

export interface TimeScale {
  domain: Span;
  pieces: readonly Piece[];
  position(ms: number): number;
  /** The time at a position. */
  invert(x: number): number;
}

/** The intervals in order, joined where they touch or overlap. */
export function union(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  const joined: Span[] = [];
  for (const { from, to } of sorted) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** The intervals in which nothing runs. */
export function gapsIn(domain: Span, busy: readonly Span[]): Span[] {
  const gaps: Span[] = [];
  let end = domain.from;
  for (const { from, to } of union(busy)) {
    if (from > end) gaps.push({ from: end, to: Math.min(from, domain.to) });
    end = Math.max(end, to);
  }
  if (end < domain.to) gaps.push({ from: end, to: domain.to });
  return gaps.filter((gap) => gap.to > gap.from);
}

/** A pause that takes more than this fraction of the axis is shortened to `shortened`. */
const longest = 0.1;
const shortened = 0.04;

export function compressibleGaps(domain: Span, busy: readonly Span[]): Span[] {
  return gapsIn(domain, busy).filter((gap) => gap.to - gap.from > longest * (domain.to - domain.from));
}

export function linearScale(domain: Span): TimeScale {
  return scaleOf([{ ...domain, x0: 0, x1: 1, gap: false }]);
}

export function compressedScale(domain: Span, busy: readonly Span[]): TimeScale {
  const gaps = compressibleGaps(domain, busy);
  const idle = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const kept = domain.to - domain.from - idle;
  // There are only pauses, so there is nothing to widen instead.
  if (gaps.length === 0 || kept <= 0) return linearScale(domain);
  const perMs = (1 - gaps.length * shortened) / kept;

  const pieces: Piece[] = [];
  let ms = domain.from;
  let x = 0;
  const add = (to: number, gap: boolean) => {
    if (to <= ms) return;
    const x1 = x + (gap ? shortened : (to - ms) * perMs);
    pieces.push({ from: ms, to, x0: x, x1, gap });
    ms = to;
    x = x1;
  };
  for (const gap of gaps) {
    add(gap.from, false);
    add(gap.to, true);
  }
  add(domain.to, false);
  return scaleOf(pieces);
}

function scaleOf(pieces: readonly Piece[]): TimeScale {
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  return {
    domain: { from: first.from, to: last.to },
    pieces,
    position(ms) {
      const piece = pieces.find(({ to }) => ms <= to) ?? last;
      const part = piece.to > piece.from ? (ms - piece.from) / (piece.to - piece.from) : 0;
      return Math.max(0, Math.min(1, piece.x0 + part * (piece.x1 - piece.x0)));
    },
    invert(x) {
      const piece = pieces.find(({ x1 }) => x <= x1) ?? last;
      return piece.from + ((x - piece.x0) / (piece.x1 - piece.x0)) * (piece.to - piece.from);
    },
  };
}

// Beyond ten seconds, steps are multiples of 60.
const longSteps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map((seconds) => seconds * 1000);

/** A step that cuts `length` into at most `count` parts, at round times. */
export function niceStep(length: number, count: number): number {
  const rough = length / Math.max(1, count);
  const long = rough > 10_000 && longSteps.find((step) => step >= rough);
  if (long) return long;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((step) => step * power >= rough) ?? 10) * power;
}

/** The labelled times of the axis, relative to `zero`, no closer to each other than 1/count. */
export function ticks(scale: TimeScale, zero: number, count: number): number[] {
  const found: number[] = [];
  let lastX = -Infinity;
  for (const { from, to, x0, x1, gap } of scale.pieces) {
    if (gap || to <= from) continue;
    const step = niceStep(to - from, count * (x1 - x0));
    for (let n = Math.ceil((from - zero) / step); zero + n * step <= to; n += 1) {
      const x = scale.position(zero + n * step);
      if (x - lastX < 0.8 / count) continue;
      found.push(zero + n * step);
      lastX = x;
    }
  }
  return found;
}
