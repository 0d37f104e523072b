import type { TypedDocument } from '~/api/client';
import type { Where } from '~/api/where';
import {
  EventRunsDocument,
  EventSpreadDocument,
  FunctionRunsDocument,
  FunctionSpreadDocument,
  JobRunsDocument,
  JobSpreadDocument,
} from './analytics.generated';
import type { RunGroup, SpreadGroup } from '~/domain/runs';

export type Dimension = 'function' | 'event' | 'job';

type RunsDocument = TypedDocument<{ runs: { group_by: RunGroup[] } }, { where: Where }>;
type SpreadDocument = TypedDocument<{ spread: { group_by: SpreadGroup[] } }, { where: Where }>;

interface DimensionInfo {
  title: string;
  column: string;
  /** Which rows count as runs. */
  base: Where;
  /** What is measured. */
  duration: string;
  runs: RunsDocument;
  spread: SpreadDocument;
}

export const dimensions: Record<Dimension, DimensionInfo> = {
  function: {
    title: 'Functions', column: 'source_function', base: {}, duration: 'Duration',
    runs: FunctionRunsDocument as unknown as RunsDocument,
    spread: FunctionSpreadDocument as unknown as SpreadDocument,
  },
  event: {
    title: 'Events', column: 'event_name', base: { detected: { _eq: true } }, duration: 'Handler duration',
    runs: EventRunsDocument as unknown as RunsDocument,
    spread: EventSpreadDocument as unknown as SpreadDocument,
  },
  job: {
    title: 'Jobs', column: 'job_name', base: {}, duration: 'Duration',
    runs: JobRunsDocument as unknown as RunsDocument,
    spread: JobSpreadDocument as unknown as SpreadDocument,
  },
};

export const dimensionOf = (text: string | undefined): Dimension =>
  text === 'event' || text === 'job' ? text : 'function';

/** One name of a dimension, or all of them. */
export function whereOf(dimension: Dimension, name: string | undefined, createdAt: Where): Where {
  const { base, column } = dimensions[dimension];
  return { ...base, ...(name === undefined ? {} : { [column]: { _eq: name } }), created_at: createdAt };
}

// Up to this many runs, every duration is fetched, so percentiles are exact.
export const maxExact = 20_000;
