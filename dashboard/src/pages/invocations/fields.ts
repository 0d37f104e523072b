import type { Where } from '~/api/where';
import { searchWhere, uuidPrefixRange } from '~/filters/compile';
import type { FilterField } from '~/filters/fields';
import { FunctionNamesDocument } from '~/filters/names.generated';
import { topValues } from '~/filters/top-values';
import { invocationStatuses } from '~/domain/status';
import {
  EventNamesDocument,
  JobNamesDocument,
  TableNamesDocument,
  UserNamesDocument,
} from './invocations.generated';

export const invocationFields: readonly FilterField[] = [
  { id: 'status', label: 'Status', kind: 'choice', path: ['status'], options: invocationStatuses },
  { id: 'function', label: 'Function', kind: 'text', path: ['source_function'] },
  { id: 'table', label: 'Table', kind: 'text', path: ['source_table'] },
  {
    id: 'operation', label: 'Operation', kind: 'choice', path: ['source_operation'],
    options: ['INSERT', 'UPDATE', 'DELETE', 'MANUAL'],
  },
  // Each invocation checks many events; those that were not detected are excluded.
  { id: 'event', label: 'Event', kind: 'text', path: ['event_executions', 'event_name'], beside: { status: { _neq: 'not_detected' } } },
  { id: 'job', label: 'Job', kind: 'text', path: ['job_executions', 'job_name'] },
  { id: 'user', label: 'User', kind: 'text', path: ['source_user_email'] },
  { id: 'role', label: 'Role', kind: 'text', path: ['source_user_role'] },
  { id: 'correlation', label: 'Correlation id', kind: 'text', path: ['correlation_id'] },
  { id: 'duration', label: 'Duration', kind: 'duration', path: ['total_duration_ms'] },
  { id: 'failed_jobs', label: 'Failed jobs', kind: 'number', path: ['total_jobs_failed'] },
  { id: 'detected', label: 'Events detected', kind: 'number', path: ['events_detected_count'] },
  {
    id: 'error', label: 'Error', kind: 'text', path: ['error_message'],
    also: [['job_executions', 'error_message'], ['event_executions', 'handler_error'], ['event_executions', 'detection_error']],
  },
  // Of one step each, as error groups count them.
  { id: 'own_error', label: 'Error of the function', kind: 'text', path: ['error_message'] },
  { id: 'handler_error', label: 'Error of a handler', kind: 'text', path: ['event_executions', 'handler_error'], sameRowAs: 'event' },
  { id: 'detection_error', label: 'Error of a detection', kind: 'text', path: ['event_executions', 'detection_error'], sameRowAs: 'event' },
  { id: 'triggered_by', label: 'Triggered by', kind: 'text', path: ['source_job_execution', 'job_name'] },
  { id: 'source_job', label: 'Started by job', kind: 'uuid', path: ['source_job_id'] },
];

const documents: Record<string, unknown> = {
  function: FunctionNamesDocument,
  table: TableNamesDocument,
  user: UserNamesDocument,
  event: EventNamesDocument,
  job: JobNamesDocument,
  triggered_by: JobNamesDocument,
};

/** The values of a column in the range. */
export const suggest = (field: FilterField, createdAt: Where): Promise<string[]> => topValues(documents[field.id], createdAt);

/** Which columns a text search covers. */
export const searchScopes = [
  { value: 'all', label: 'Everywhere' },
  { value: 'errors', label: 'Errors' },
  { value: 'payload', label: 'Payload' },
  { value: 'logs', label: 'Logs' },
] as const;

export type SearchScope = (typeof searchScopes)[number]['value'];

const scopeColumns: Record<Exclude<SearchScope, 'all'>, { path: string[]; json?: boolean }[]> = {
  errors: [
    { path: ['error_message'] },
    { path: ['error_stack'] },
    { path: ['job_executions', 'error_message'] },
    { path: ['job_executions', 'error_stack'] },
    { path: ['event_executions', 'detection_error'] },
    { path: ['event_executions', 'handler_error'] },
  ],
  payload: [
    { path: ['source_event_payload'], json: true },
    { path: ['context_data'], json: true },
    { path: ['job_executions', 'job_options'], json: true },
    { path: ['job_executions', 'result'], json: true },
  ],
  logs: [{ path: ['job_executions', 'logs', 'message'] }],
};

const nameColumns = ['source_function', 'source_table', 'source_user_email', 'correlation_id'].map((column) => ({ path: [column] }));

/** Rows that contain the text, or whose id begins with it. */
export function textWhere(text: string, scope: SearchScope): Where[] {
  const typed = text.trim();
  if (typed === '') return [];
  if (scope !== 'all') return [searchWhere(typed, scopeColumns[scope])];
  const everything = searchWhere(typed, [...nameColumns, ...Object.values(scopeColumns).flat()]);
  const ids = uuidPrefixRange(typed);
  return [ids ? { _or: [{ id: ids }, ...(everything._or as Where[])] } : everything];
}
