import type { Where } from '~/api/where';
import { searchWhere, uuidPrefixRange } from '~/filters/compile';
import type { FilterField } from '~/filters/fields';
import { FunctionNamesDocument } from '~/filters/names.generated';
import { topValues } from '~/filters/top-values';
import { JobListEventsDocument, JobListFunctionsDocument, JobListNamesDocument } from './jobs.generated';

export const jobFields: readonly FilterField[] = [
  { id: 'status', label: 'Status', kind: 'choice', path: ['status'], options: ['running', 'completed', 'failed', 'crashed'] },
  { id: 'job', label: 'Job', kind: 'text', path: ['job_name'] },
  { id: 'job_function', label: 'Job function', kind: 'text', path: ['job_function_name'] },
  { id: 'event', label: 'Event', kind: 'text', path: ['event_execution', 'event_name'] },
  { id: 'function', label: 'Function', kind: 'text', path: ['invocation', 'source_function'] },
  { id: 'duration', label: 'Duration', kind: 'duration', path: ['duration_ms'] },
  { id: 'error', label: 'Error', kind: 'text', path: ['error_message'] },
  { id: 'correlation', label: 'Correlation id', kind: 'text', path: ['correlation_id'] },
  { id: 'invocation', label: 'Invocation', kind: 'uuid', path: ['invocation_id'] },
];

const documents: Record<string, unknown> = {
  job: JobListNamesDocument,
  job_function: JobListFunctionsDocument,
  event: JobListEventsDocument,
  function: FunctionNamesDocument,
};

/** The values of a column in the range. */
export const suggest = (field: FilterField, createdAt: Where): Promise<string[]> => topValues(documents[field.id], createdAt);

const searched = [
  { path: ['job_name'] },
  { path: ['error_message'] },
  { path: ['error_stack'] },
  { path: ['job_options'], json: true },
  { path: ['result'], json: true },
  { path: ['logs', 'message'] },
];

/** Jobs that contain the text, or whose id begins with it. */
export function jobSearch(text: string): Where[] {
  const typed = text.trim();
  if (typed === '') return [];
  const found = searchWhere(typed, searched);
  const ids = uuidPrefixRange(typed);
  return [ids ? { _or: [{ id: ids }, found] } : found];
}
