import { execute } from '~/api/client';
import type { Where } from '~/filters/compile';
import type { FilterField } from '~/filters/fields';
import { topValues } from '~/filters/top-values';
import { LogJobNamesDocument } from '~/logs/logs.generated';
import { FunctionNamesDocument } from '../invocations/invocations.generated';

export const logFields: readonly FilterField[] = [
  { id: 'job', label: 'Job', kind: 'text', path: ['job_execution', 'job_name'] },
  { id: 'function', label: 'Function', kind: 'text', path: ['job_execution', 'invocation', 'source_function'] },
  { id: 'job_status', label: 'Status of the job', kind: 'choice', path: ['job_execution', 'status'], options: ['running', 'completed', 'failed', 'crashed'] },
  { id: 'message', label: 'Message', kind: 'text', path: ['message'] },
  { id: 'source', label: 'Source file', kind: 'text', path: ['source'] },
  { id: 'correlation', label: 'Correlation id', kind: 'text', path: ['job_execution', 'correlation_id'] },
  { id: 'invocation', label: 'Invocation', kind: 'uuid', path: ['invocation_id'] },
];

/** What a column held in the range. */
export async function suggest(field: FilterField, createdAt: Where): Promise<string[]> {
  const range = { range: { created_at: createdAt } };
  if (field.id === 'job') return topValues(await execute(LogJobNamesDocument, range));
  if (field.id === 'function') return topValues(await execute(FunctionNamesDocument, range));
  return [];
}
