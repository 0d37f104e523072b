import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useSettings } from '~/settings/settings';
import { useUrlState } from './state';
import { defaultRange, isOpenEnded, resolveRange, timeWhere, type ResolvedRange, type TimeRange } from './time-range';

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

export function RangeProvider({ children }: { children: ReactNode }) {
  const url = useUrlState();
  const settings = useSettings();
  const from = url.get('from') ?? defaultRange.from;
  const to = url.get('to') ?? defaultRange.to;
  const refresh = Number(url.get('refresh') ?? settings.refresh) || 0;
  const [tick, setTick] = useState(Date.now);

  const refreshNow = useCallback(() => setTick(Date.now()), []);

  useEffect(() => {
    if (refresh <= 0) return;
    const timer = setInterval(() => {
      // A hidden tab does not refresh; it does when it becomes visible.
      if (document.visibilityState === 'visible') setTick(Date.now());
    }, refresh * 1000);
    const seen = () => document.visibilityState === 'visible' && setTick(Date.now());
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [refresh]);

  const state = useMemo<RangeState>(() => {
    const range = { from, to };
    const resolved = resolveRange(range, tick);
    return {
      range,
      resolved,
      now: tick,
      where: timeWhere(range, resolved),
      refresh,
      refreshNow,
      setRange(next) {
        setTick(Date.now());
        url.set({
          from: next.from === defaultRange.from ? null : next.from,
          to: isOpenEnded(next) ? null : next.to,
        });
      },
      setRefresh: (seconds) => url.set({ refresh: seconds === settings.refresh ? null : String(seconds) }),
    };
  }, [from, to, tick, refresh, refreshNow, url, settings.refresh]);

  return <RangeContext value={state}>{children}</RangeContext>;
}

export function useRange(): RangeState {
  const state = useContext(RangeContext);
  if (!state) throw new Error('useRange needs a RangeProvider around it');
  return state;
}
