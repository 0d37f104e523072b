const whole = new Intl.NumberFormat('en-GB');
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export const none = '–';

export const formatCount = (value: number | null | undefined) => (value == null ? none : whole.format(value));

export const formatShort = (value: number | null | undefined) =>
  value == null ? none : Math.abs(value) < 10_000 ? whole.format(value) : short.format(value);

/** A percentage. 99.97 % is not rounded to 100 %, nor 0.02 % to 0 %. */
export function formatRate(part: number, total: number): string {
  if (total === 0) return none;
  const percent = (part / total) * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  const near = percent > 99 || percent < 1;
  const rounded = percent.toFixed(near ? 2 : 1);
  if (Number(rounded) === 100) return '>99.99%';
  if (Number(rounded) === 0) return '<0.01%';
  return `${rounded}%`;
}

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null) return none;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
