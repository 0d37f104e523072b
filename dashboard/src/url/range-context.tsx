import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { now, onClockChange } from '~/clock/clock';
import { useSettings } from '~/settings/settings';
import { useUrlState } from './state';
import { useReportedProblems } from './link-problems';
import { defaultRange, isOpenEnded, rangeProblems, resolveRange, timeWhere, type ResolvedRange, type TimeRange } from './time-range';

export interface RangeState {
  range: TimeRange;
  /** The range at the latest refresh. */
  resolved: ResolvedRange;
  /** The latest refresh: what `now` means on this page. */
  now: number;
  /** For a timestamptz column: `where: { created_at: where }`. */
  where: { _gte: string; _lt?: string };
  /** Seconds between refreshes; 0 is off. */
  refresh: number;
  setRange(range: TimeRange): void;
  setRefresh(seconds: number): void;
  refreshNow(): void;
}

const RangeContext = createContext<RangeState | undefined>(undefined);

/** Whole seconds, at most a day; 0 is off. */
const refreshSeconds = (seconds: number) => Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400;

export function RangeProvider({ children }: { children: ReactNode }) {
  const url = useUrlState();
  const settings = useSettings();
  const from = url.get('from') ?? defaultRange.from;
  const to = url.get('to') ?? defaultRange.to;
  const refreshText = url.get('refresh');
  const asked = refreshText === undefined ? settings.refresh : Number(refreshText);
  const refresh = refreshSeconds(asked) ? asked : 0;
  const [tick, setTick] = useState(now);

  const refreshNow = useCallback(() => setTick(now()), []);
  useEffect(() => onClockChange(refreshNow), [refreshNow]);

  useEffect(() => {
    if (refresh <= 0) return;
    const timer = setInterval(() => {
      // A hidden tab does not refresh; it does when it becomes visible.
      if (document.visibilityState === 'visible') setTick(now());
    }, refresh * 1000);
    const seen = () => document.visibilityState === 'visible' && setTick(now());
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [refresh]);

  const unusable = rangeProblems({ from: url.get('from'), to: url.get('to') }, tick);
  const usable = unusable.length === 0;
  useReportedProblems([
    ...unusable,
    refreshText === undefined || refreshSeconds(asked) ? undefined : { parameter: 'refresh', text: refreshText, why: 'it is a whole number of seconds' },
  ]);

  const state = useMemo<RangeState>(() => {
    const range = usable ? { from, to } : defaultRange;
    const resolved = resolveRange(range, tick);
    return {
      range,
      resolved,
      now: tick,
      where: timeWhere(range, resolved),
      refresh,
      refreshNow,
      setRange(next) {
        setTick(now());
        url.set({
          from: next.from === defaultRange.from ? null : next.from,
          to: isOpenEnded(next) ? null : next.to,
        });
      },
      setRefresh: (seconds) => url.set({ refresh: seconds === settings.refresh ? null : String(seconds) }),
    };
  }, [from, to, usable, tick, refresh, refreshNow, url, settings.refresh]);

  return <RangeContext value={state}>{children}</RangeContext>;
}

export function useRange(): RangeState {
  const state = useContext(RangeContext);
  if (!state) throw new Error('useRange needs a RangeProvider around it');
  return state;
}
