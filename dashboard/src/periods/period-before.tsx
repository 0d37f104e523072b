import { History } from 'lucide-react';
import { IconButton } from '~/ui/button';
import { useUrlState } from '~/url/state';
import { usePrevious } from './use-previous';

/** Whether charts draw the period before over the present one, which the address has, and how far back it is. */
export function usePeriodBefore() {
  const url = useUrlState();
  const { range, covered, why } = usePrevious();
  return {
    drawn: url.get('before') === '1' && covered === true,
    range,
    covered,
    why,
    toggle: () => url.set({ before: url.get('before') === '1' ? null : '1' }),
  };
}

export function PeriodBeforeButton() {
  const { drawn, covered, why, toggle } = usePeriodBefore();
  return (
    <IconButton label="Draw the period before" aria-pressed={drawn} disabled={!covered} title={covered === false ? `Not enough data before. ${why}.` : undefined} onClick={toggle}>
      <History />
    </IconButton>
  );
}
