import { toMs } from '~/format/time';

export interface HeatCell {
  runs: number;
  failed: number;
  /** How many hours were added up, for an average. */
  hours: number;
}

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** The weekday (0 is Monday) and the hour that a moment has in a zone. */
export function placeIn(zone: string): (ms: number) => { day: number; hour: number } {
  const options: Intl.DateTimeFormatOptions = { weekday: 'long', hour: '2-digit', hourCycle: 'h23' };
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone === 'local' ? undefined : zone });
  return (ms) => {
    const parts = format.formatToParts(ms);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
    return { day: weekdays.findIndex((name) => name === part('weekday')), hour: Number(part('hour')) };
  };
}

interface HourTotals {
  group_key: { hour_bucket: string | null };
  aggregate: { sum: { total_invocations: number | null; failed_invocations: number | null } | null };
}

/** Seven days of 24 hours each. */
export function heatOf(hours: readonly HourTotals[], zone: string): HeatCell[][] {
  const cells = weekdays.map(() => Array.from({ length: 24 }, (): HeatCell => ({ runs: 0, failed: 0, hours: 0 })));
  const place = placeIn(zone);
  for (const { group_key, aggregate } of hours) {
    if (!group_key.hour_bucket) continue;
    const { day, hour } = place(toMs(group_key.hour_bucket));
    const cell = cells[day]![hour]!;
    cell.runs += aggregate.sum?.total_invocations ?? 0;
    cell.failed += aggregate.sum?.failed_invocations ?? 0;
    cell.hours += 1;
  }
  return cells;
}
