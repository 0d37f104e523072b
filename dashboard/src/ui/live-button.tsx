import { Radio } from 'lucide-react';
import type { LiveState } from '~/api/live';
import { useRange } from '~/url/range-context';
import { isOpenEnded } from '~/url/time-range';
import { Button } from './button';
import styles from './live-button.module.css';

const labels: Record<LiveState, string> = { off: 'Live', live: 'Live', polling: 'Live, by polling', connecting: 'Connecting…' };

/** Switches the live tail on and off. A range that has ended has no live tail. */
export function LiveButton({ on, state, onChange }: { on: boolean; state: LiveState; onChange: (on: boolean) => void }) {
  const open = isOpenEnded(useRange().range);
  return (
    <Button
      aria-pressed={on}
      disabled={!open}
      title={open ? 'Follow new rows' : 'The time range has ended'}
      onClick={() => onChange(!on)}
    >
      <Radio aria-hidden="true" className={state === 'live' || state === 'polling' ? styles.beating : undefined} />
      {labels[state]}
    </Button>
  );
}
