import { currentSettings } from '~/settings/settings';
import type { LinkProblem } from './link-problems';

/** A range as in the address: both ends are `now`, `now-6h`, the start of a day or a week such as `today`, or an ISO time. */
export interface TimeRange {
  from: string;
  to: string;
}

/** A range at one moment, in milliseconds. */
export interface ResolvedRange {
  from: number;
  to: number;
}

export const defaultRange: TimeRange = { from: 'now-24h', to: 'now' };

/** Without an end, they end now. */
const named: { label: string; from: string; to?: string }[] = [
  { label: 'Last 15 minutes', from: 'now-15m' },
  { label: 'Last hour', from: 'now-1h' },
  { label: 'Last 6 hours', from: 'now-6h' },
  { label: 'Last 24 hours', from: 'now-24h' },
  { label: 'Last 7 days', from: 'now-7d' },
  { label: 'Last 30 days', from: 'now-30d' },
  { label: 'Last 90 days', from: 'now-90d' },
  { label: 'Today', from: 'today' },
  { label: 'Yesterday', from: 'yesterday', to: 'today' },
  { label: 'This week', from: 'this-week' },
  { label: 'Last week', from: 'last-week', to: 'this-week' },
];

export const presets = named.map(({ to = 'now', ...preset }) => ({ ...preset, to }));

const monday = (day: number) => day - ((day + 3) % 7);

// The days since 1970 at which they start, where today is `day`, and how many days each is.
const calendar: Record<string, { start: (day: number) => number; days: number }> = {
  today: { start: (day) => day, days: 1 },
  yesterday: { start: (day) => day - 1, days: 1 },
  'this-week': { start: monday, days: 7 },
  'last-week': { start: (day) => monday(day) - 7, days: 7 },
};

const dayMs = 86_400_000;

/** When a day or a week of the calendar began, or the one before it. */
function calendarStart(word: string, now: number, zone: string, earlier = 0): number | undefined {
  const unit = Object.hasOwn(calendar, word) ? calendar[word] : undefined;
  const today = Math.floor((now + offsetAt(now, zone)) / dayMs);
  return unit && inZone((unit.start(today) - earlier * unit.days) * dayMs, zone);
}

/** Whether an end of a range moves as time passes. */
export const isRelative = (text: string) => text.startsWith('now') || Object.hasOwn(calendar, text);

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

// Not all that a browser can parse: some take 'x 1' for the year 2001.
const isoTime = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(Z|[+-]\d\d:\d\d)?$/;

/** Undefined if the text is not a time. A time without a zone is in the zone of the settings. */
export function resolveInstant(text: string, now: number, zone = currentSettings().zone): number | undefined {
  const relative = /^now(?:-(\d{1,9})([smhdw]))?$/.exec(text);
  if (relative) return relative[1] ? now - Number(relative[1]) * unitMs[relative[2]!]! : now;
  const start = calendarStart(text, now, zone);
  if (start !== undefined) return start;
  const [, day, time = '00:00', offset] = isoTime.exec(text.trim()) ?? [];
  const ms = Date.parse(`${day}T${time}${offset ?? 'Z'}`);
  if (Number.isNaN(ms)) return undefined;
  return offset ? ms : inZone(ms, zone);
}

/** The moment at which a clock in the zone shows what a clock in UTC shows at `ms`. */
function inZone(ms: number, zone: string): number {
  // The offset differs around a change of it, so that it is asked for near the moment itself.
  const near = ms - offsetAt(ms, zone);
  return ms - offsetAt(near, zone);
}

function offsetAt(ms: number, zone: string): number {
  const whole = Math.floor(ms / 1000) * 1000;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone === 'local' ? undefined : zone,
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23',
  }).formatToParts(whole);
  const field = (type: string) => Number(parts.find((part) => part.type === type)!.value);
  return Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'), field('second')) - whole;
}

/** What cannot be used of a range, as the address has it. */
export function rangeProblems({ from, to }: Partial<TimeRange>, now: number): LinkProblem[] {
  const why = 'it is like now-90m, today, this-week or 2026-01-31T14:00';
  const ends = { from: resolveInstant(from ?? defaultRange.from, now), to: resolveInstant(to ?? defaultRange.to, now) };
  const unread = Object.entries({ from, to })
    .filter(([parameter, text]) => text !== undefined && ends[parameter as keyof TimeRange] === undefined)
    .map(([parameter, text]) => ({ parameter, text: text!, why }));
  if (unread.length > 0 || ends.from! < ends.to!) return unread;
  return [{ parameter: 'from', text: from ?? defaultRange.from, why: 'the range ends before it begins' }];
}

/** The default range if an end is not a time, or if it ends before it begins. */
export function resolveRange(range: TimeRange, now: number): ResolvedRange {
  const from = resolveInstant(range.from, now);
  const to = resolveInstant(range.to, now);
  if (from === undefined || to === undefined || from >= to) return resolveRange(defaultRange, now);
  return { from, to };
}

export const isOpenEnded = (range: TimeRange) => range.to === 'now';

/** For a timestamptz column. An open end includes rows that arrive during the request. */
export function timeWhere(range: TimeRange, resolved: ResolvedRange): { _gte: string; _lt?: string } {
  const _gte = new Date(resolved.from).toISOString();
  return isOpenEnded(range) ? { _gte } : { _gte, _lt: new Date(resolved.to).toISOString() };
}

/** The range before, as long as what has passed of this one: of a day or a week, the same part of the one before. */
export function previousRange({ from, to }: ResolvedRange, now: number, range?: TimeRange, zone = currentSettings().zone): ResolvedRange {
  const passed = Math.max(0, Math.min(to, now) - from);
  const start = (range && calendarStart(range.from, now, zone, 1)) ?? from - passed;
  return { from: start, to: start + passed };
}

const bucketSizes = [
  1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000,
  21_600_000, 43_200_000, 86_400_000,
];

/** The size of buckets that cut a range into about `count`, at round times. */
export function bucketSize({ from, to }: ResolvedRange, count = 60): number {
  return bucketSizes.find((size) => (to - from) / size <= count) ?? bucketSizes.at(-1)!;
}
