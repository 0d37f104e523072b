import type { Where } from '~/api/where';
import type { FilterField } from '~/filters/fields';
import { FunctionNamesDocument } from '~/filters/names.generated';
import { topValues } from '~/filters/top-values';
import { LogJobNamesDocument } from '~/logs/logs.generated';

export const logFields: readonly FilterField[] = [
  { id: 'job', label: 'Job', kind: 'text', path: ['job_execution', 'job_name'] },
  { id: 'function', label: 'Function', kind: 'text', path: ['job_execution', 'invocation', 'source_function'] },
  { id: 'job_status', label: 'Status of the job', kind: 'choice', path: ['job_execution', 'status'], options: ['running', 'completed', 'failed', 'crashed'] },
  { id: 'message', label: 'Message', kind: 'text', path: ['message'] },
  { id: 'source', label: 'Source file', kind: 'text', path: ['source'] },
  { id: 'correlation', label: 'Correlation id', kind: 'text', path: ['job_execution', 'correlation_id'] },
  { id: 'invocation', label: 'Invocation', kind: 'uuid', path: ['invocation_id'] },
];

const documents: Record<string, unknown> = { job: LogJobNamesDocument, function: FunctionNamesDocument };

/** The values of a column in the range. */
export const suggest = (field: FilterField, createdAt: Where): Promise<string[]> => topValues(documents[field.id], createdAt);
