import { useGraphql } from '~/api/query';
import { isCovered } from '~/domain/change';
import { formatTime, toMs } from '~/format/time';
import { useRange } from '~/url/range-context';
import { previousRange, type ResolvedRange } from '~/url/time-range';
import { RecordedSinceDocument } from './periods.generated';

export interface PreviousPeriod {
  range: ResolvedRange;
  /** For a timestamptz column. */
  where: { _gte: string; _lt: string };
  /** Whether rows of the whole period are there to compare with; undefined until that is known. */
  covered: boolean | undefined;
  /** Why nothing is compared. */
  why: string;
}

/** The period before the time range: as long as what has passed of the range, or the same part of the day or week before. */
export function usePrevious(): PreviousPeriod {
  const { range: chosen, resolved, now } = useRange();
  const range = previousRange(resolved, now, chosen);
  const { data } = useGraphql(RecordedSinceDocument, {}, { asOf: now });
  const oldest = data?.invocations[0];
  const since = oldest && toMs(oldest.created_at);
  return {
    range,
    where: { _gte: new Date(range.from).toISOString(), _lt: new Date(range.to).toISOString() },
    covered: data && isCovered(range, since),
    why: since === undefined ? 'No run has completed yet' : `The oldest run that is kept began ${formatTime(since, { ms: false })}, within the period before or after it`,
  };
}
