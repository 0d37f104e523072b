import { useEffect, useState } from 'react';
import { now } from './clock';

/** The current time; it advances while `ticking`. */
export function useNow(ticking: boolean, everyMs = 500): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setTime(now()), everyMs);
    return () => clearInterval(timer);
  }, [ticking, everyMs]);
  return time;
}
