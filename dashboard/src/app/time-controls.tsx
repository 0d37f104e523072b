import { useIsFetching } from '@tanstack/react-query';
import { CalendarClock, ChevronDown, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { formatTime, zoneLabel } from '~/format/time';
import { Button, IconButton } from '~/ui/button';
import { Field, Input } from '~/ui/field';
import { MenuItem, Popover } from '~/ui/popover';
import { useRange } from '~/url/range-context';
import { isRelative, presets, resolveInstant, type TimeRange } from '~/url/time-range';
import { useShortcut } from '~/shortcuts/shortcuts';
import styles from './time-controls.module.css';

/** The time range of every page, and how often it refreshes. */
export function TimeControls() {
  const { refreshNow } = useRange();
  const fetching = useIsFetching() > 0;
  useShortcut('r', 'Refresh', 'General', refreshNow);
  return (
    <div className={styles.controls}>
      <RangePicker />
      <IconButton label="Refresh" onClick={refreshNow} className={fetching ? styles.spinning : undefined}>
        <RefreshCw />
      </IconButton>
      <RefreshPicker />
    </div>
  );
}

export function rangeLabel(range: TimeRange, now: number): string {
  const preset = presets.find(({ from, to }) => from === range.from && to === range.to);
  if (preset) return preset.label;
  const part = (text: string) => {
    if (isRelative(text)) return text;
    return formatTime(resolveInstant(text, now), { ms: false }).slice(0, 16);
  };
  return `${part(range.from)} – ${part(range.to)}`;
}

function RangePicker() {
  const { range, resolved, now, setRange } = useRange();
  const [open, setOpen] = useState(false);
  const choose = (next: TimeRange) => {
    setRange(next);
    setOpen(false);
  };
  return (
    <Popover
      label="Time range"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button title={`${formatTime(resolved.from)} – ${formatTime(resolved.to)} ${zoneLabel()}`}>
          <CalendarClock aria-hidden="true" />
          <span className={`${styles.label} truncate`}>{rangeLabel(range, now)}</span>
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      <div className={styles.picker}>
        <div>
          {presets.map((preset) => (
            <MenuItem
              key={preset.from}
              selected={preset.from === range.from && preset.to === range.to}
              onSelect={() => choose({ from: preset.from, to: preset.to })}
            >
              {preset.label}
            </MenuItem>
          ))}
        </div>
        <AbsoluteRange range={range} now={now} onChoose={choose} />
      </div>
    </Popover>
  );
}

/** Accepts now, now-90m, today and times, in the zone of the settings unless they name one. */
function AbsoluteRange({ range, now, onChoose }: { range: TimeRange; now: number; onChoose: (range: TimeRange) => void }) {
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const start = resolveInstant(from, now);
  const end = resolveInstant(to, now);
  const ordered = start !== undefined && end !== undefined && start < end;
  const stored = (text: string, ms: number) => (isRelative(text) ? text : new Date(ms).toISOString());
  return (
    <form
      className={styles.absolute}
      onSubmit={(event) => {
        event.preventDefault();
        if (ordered) onChoose({ from: stored(from, start), to: stored(to, end) });
      }}
    >
      <Field label="From">
        <Input value={from} aria-invalid={start === undefined} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label="To" hint={`now-90m, or 2026-01-31 14:00 (${zoneLabel()})`}>
        <Input value={to} aria-invalid={end === undefined} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit" look="primary" disabled={!ordered}>
        Use this range
      </Button>
      {start !== undefined && end !== undefined && !ordered && <p role="alert">The end is before the start.</p>}
    </form>
  );
}

const intervals = [0, 1, 5, 10, 30, 60, 300];
const intervalLabel = (seconds: number) => (seconds === 0 ? 'Off' : seconds < 60 ? `${seconds} s` : `${seconds / 60} m`);

function RefreshPicker() {
  const { refresh, setRefresh } = useRange();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Refresh automatically"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button look="quiet" title="Refresh automatically">
          <span className="visually-hidden">Refresh every: </span>
          {intervalLabel(refresh)}
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      {intervals.map((seconds) => (
        <MenuItem
          key={seconds}
          selected={seconds === refresh}
          onSelect={() => {
            setRefresh(seconds);
            setOpen(false);
          }}
        >
          {seconds === 0 ? 'Off' : `Every ${intervalLabel(seconds)}`}
        </MenuItem>
      ))}
    </Popover>
  );
}
