import { now as serverNow } from '~/clock/clock';
import { currentSettings, useSettings } from '~/settings/settings';
import { none } from './number';

export type Instant = string | number | Date;

export const toMs = (instant: Instant) => new Date(instant).getTime();

/** Milliseconds with the microseconds that a Date drops; they matter within an invocation. */
export function toPreciseMs(instant: string): number {
  const beyond = /\.\d{3}(\d+)/.exec(instant)?.[1];
  return Date.parse(instant) + (beyond ? Number(`0.${beyond}`) : 0);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    const timeZone = zone === 'local' ? undefined : zone;
    try {
      found = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
    } catch {
      found = new Intl.DateTimeFormat('en-GB', options); // The browser does not know the zone.
    }
    formats.set(key, found);
  }
  return found;
}

/** The name of the zone that is shown beside a time. */
export function zoneLabel(zone = currentSettings().zone, at: Instant = serverNow()): string {
  if (zone === 'UTC') return 'UTC';
  const parts = format(zone, { timeZoneName: 'short' }).formatToParts(new Date(at));
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

function fields(instant: Instant, zone: string) {
  const parts = format(zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).formatToParts(new Date(instant));
  return Object.fromEntries(parts.map((part) => [part.type, part.value])) as Record<string, string>;
}

/** 2026-01-31 14:03:22.123, in the zone of the settings. */
export function formatTime(
  instant: Instant | null | undefined,
  { ms = true, zone = currentSettings().zone }: { ms?: boolean; zone?: string } = {},
): string {
  if (instant == null) return none;
  const f = fields(instant, zone);
  const seconds = ms ? `${f.second}.${f.fractionalSecond}` : f.second;
  return `${f.year}-${f.month}-${f.day} ${f.hour}:${f.minute}:${seconds}`;
}

/** Only the time if it is the day of `now`, otherwise with the day. */
export function formatShortTime(instant: Instant, now = serverNow(), zone = currentSettings().zone): string {
  const full = formatTime(instant, { ms: false, zone });
  const today = formatTime(now, { ms: false, zone }).slice(0, 10);
  return full.startsWith(today) ? full.slice(11) : full.slice(5, 16);
}

/** How long ago, in one unit: 12 s ago, 5 m ago, 3 h ago, 12 d ago. */
export function formatAgo(instant: Instant | null | undefined, now = serverNow()): string {
  if (instant == null) return none;
  const seconds = Math.round((now - toMs(instant)) / 1000);
  const size = Math.abs(seconds);
  if (size < 2) return 'just now';
  const text =
    size < 60 ? `${size} s`
    : size < 3600 ? `${Math.floor(size / 60)} m`
    : size < 86_400 ? `${Math.floor(size / 3600)} h`
    : `${Math.floor(size / 86_400)} d`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** formatTime that follows the settings as they change. */
export function useFormatTime() {
  const { zone } = useSettings();
  return (instant: Instant | null | undefined, options: { ms?: boolean } = {}) =>
    formatTime(instant, { ...options, zone });
}
