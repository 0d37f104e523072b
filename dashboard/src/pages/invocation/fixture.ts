import type { EventRow, Invocation, JobRow } from './model';

// Rows for tests: an invocation that begins at `zero`, with the rows that a test adds.

const zero = Date.parse('2026-01-31T12:00:00Z');

export const at = (ms: number) => new Date(zero + ms).toISOString();
export const zeroMs = zero;

export const jobRow = (id: string, event: string, from: number, to: number | null, more: Partial<JobRow> = {}): JobRow => ({
  id,
  event_execution_id: event,
  created_at: at(from),
  completed_at: to === null ? null : at(to),
  job_name: 'send_mail',
  duration_ms: to === null ? null : to - from,
  status: to === null ? 'running' : 'completed',
  error_message: null,
  triggered_invocations: [],
  ...more,
});

export const eventRow = (id: string, from: number, to: number | null, more: Partial<EventRow> = {}): EventRow => ({
  id,
  created_at: at(from),
  completed_at: to === null ? null : at(to),
  event_name: 'order.created',
  event_module_path: null,
  detected: true,
  detection_duration_ms: 5,
  detection_error: null,
  handler_duration_ms: to === null ? null : to - from - 5,
  handler_error: null,
  jobs_count: 0,
  jobs_failed: 0,
  status: to === null ? 'handling' : 'completed',
  ...more,
});

export const undetectedRow = (id: string, from: number, to: number): EventRow =>
  eventRow(id, from, to, { detected: false, status: 'not_detected', handler_duration_ms: null, detection_duration_ms: to - from });

export const invocationRow = (events: EventRow[], jobs: JobRow[], more: Partial<Invocation> = {}): Invocation => ({
  id: '01a204aa-c9e3-7eeb-b928-8d31ce4d2266',
  created_at: at(0),
  updated_at: at(100),
  completed_at: at(100),
  correlation_id: null,
  source_function: 'orders',
  source_table: 'public.orders',
  source_operation: 'INSERT',
  source_system: 'hasura',
  source_job_id: null,
  source_event_id: null,
  source_event_payload: null,
  source_event_time: at(-40),
  source_user_email: null,
  source_user_role: null,
  total_duration_ms: 100,
  events_detected_count: events.length,
  total_jobs_run: jobs.length,
  total_jobs_succeeded: jobs.length,
  total_jobs_failed: 0,
  auto_load_modules: true,
  event_modules_directory: null,
  status: 'completed',
  error_message: null,
  error_stack: null,
  context_data: null,
  source_job_execution: null,
  event_executions: events,
  job_executions: jobs,
  ...more,
});
