/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type EventRowFragment = { id: string, created_at: string, completed_at: string | null, event_name: string, event_module_path: string | null, detected: boolean, detection_duration_ms: number | null, detection_error: string | null, handler_duration_ms: number | null, handler_error: string | null, jobs_count: number, jobs_failed: number, status: string };

export type JobRowFragment = { id: string, event_execution_id: string, created_at: string, completed_at: string | null, job_name: string, duration_ms: number | null, status: string, error_message: string | null, triggered_invocations: Array<{ id: string, created_at: string, completed_at: string | null, source_function: string, source_table: string | null, source_operation: string | null, status: string, total_duration_ms: number | null }> };

export type InvocationDetailQueryVariables = Exact<{
  id: string;
}>;


export type InvocationDetailQuery = { invocations_by_pk: { id: string, created_at: string, updated_at: string, completed_at: string | null, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_system: string | null, source_job_id: string | null, source_event_id: string | null, source_event_payload: import("~/api/json").Json | null, source_event_time: string | null, source_user_email: string | null, source_user_role: string | null, total_duration_ms: number | null, events_detected_count: number, total_jobs_run: number, total_jobs_succeeded: number, total_jobs_failed: number, auto_load_modules: boolean | null, event_modules_directory: string | null, status: string, error_message: string | null, error_stack: string | null, context_data: import("~/api/json").Json | null, source_job_execution: { id: string, job_name: string, invocation_id: string, invocation: { source_function: string } | null } | null, event_executions: Array<{ id: string, created_at: string, completed_at: string | null, event_name: string, event_module_path: string | null, detected: boolean, detection_duration_ms: number | null, detection_error: string | null, handler_duration_ms: number | null, handler_error: string | null, jobs_count: number, jobs_failed: number, status: string }>, job_executions: Array<{ id: string, event_execution_id: string, created_at: string, completed_at: string | null, job_name: string, duration_ms: number | null, status: string, error_message: string | null, triggered_invocations: Array<{ id: string, created_at: string, completed_at: string | null, source_function: string, source_table: string | null, source_operation: string | null, status: string, total_duration_ms: number | null }> }> } | null };

export type InvocationPulseSubscriptionVariables = Exact<{
  id: string;
}>;


export type InvocationPulseSubscription = { invocations_by_pk: { updated_at: string, event_executions_aggregate: { aggregate: { count: number, max: { updated_at: string | null } | null } | null }, job_executions_aggregate: { aggregate: { count: number, max: { updated_at: string | null } | null } | null } } | null };

export type JobDetailQueryVariables = Exact<{
  id: string;
}>;


export type JobDetailQuery = { job_executions_by_pk: { id: string, created_at: string, completed_at: string | null, correlation_id: string | null, job_name: string, job_function_name: string | null, job_options: import("~/api/json").Json | null, duration_ms: number | null, status: string, result: import("~/api/json").Json | null, error_message: string | null, error_stack: string | null } | null };

export type EventDetailQueryVariables = Exact<{
  id: string;
}>;


export type EventDetailQuery = { event_executions_by_pk: { id: string, detection_error: string | null, detection_error_stack: string | null, handler_error: string | null, handler_error_stack: string | null } | null };

export type CorrelationChainQueryVariables = Exact<{
  correlation: string;
}>;


export type CorrelationChainQuery = { invocations: Array<{ id: string, created_at: string, completed_at: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_event_time: string | null, status: string, total_duration_ms: number | null, total_jobs_run: number, total_jobs_failed: number, source_job_execution: { id: string, job_name: string, invocation_id: string } | null }> };

export type SimilarRunsQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
}>;


export type SimilarRunsQuery = { invocations: Array<{ id: string, created_at: string, status: string, total_duration_ms: number | null, total_jobs_run: number, total_jobs_failed: number }> };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const EventRowFragmentDoc = new TypedDocumentString(`
    fragment EventRow on event_executions {
  id
  created_at
  completed_at
  event_name
  event_module_path
  detected
  detection_duration_ms
  detection_error
  handler_duration_ms
  handler_error
  jobs_count
  jobs_failed
  status
}
    `, {"fragmentName":"EventRow"}) as unknown as TypedDocumentString<EventRowFragment, unknown>;
export const JobRowFragmentDoc = new TypedDocumentString(`
    fragment JobRow on job_executions {
  id
  event_execution_id
  created_at
  completed_at
  job_name
  duration_ms
  status
  error_message
  triggered_invocations(order_by: [{created_at: asc}, {id: asc}]) {
    id
    created_at
    completed_at
    source_function
    source_table
    source_operation
    status
    total_duration_ms
  }
}
    `, {"fragmentName":"JobRow"}) as unknown as TypedDocumentString<JobRowFragment, unknown>;
export const InvocationDetailDocument = new TypedDocumentString(`
    query InvocationDetail($id: uuid!) {
  invocations_by_pk(id: $id) {
    id
    created_at
    updated_at
    completed_at
    correlation_id
    source_function
    source_table
    source_operation
    source_system
    source_job_id
    source_event_id
    source_event_payload
    source_event_time
    source_user_email
    source_user_role
    total_duration_ms
    events_detected_count
    total_jobs_run
    total_jobs_succeeded
    total_jobs_failed
    auto_load_modules
    event_modules_directory
    status
    error_message
    error_stack
    context_data
    source_job_execution {
      id
      job_name
      invocation_id
      invocation {
        source_function
      }
    }
    event_executions(order_by: [{created_at: asc}, {id: asc}]) {
      ...EventRow
    }
    job_executions(order_by: [{created_at: asc}, {id: asc}]) {
      ...JobRow
    }
  }
}
    fragment EventRow on event_executions {
  id
  created_at
  completed_at
  event_name
  event_module_path
  detected
  detection_duration_ms
  detection_error
  handler_duration_ms
  handler_error
  jobs_count
  jobs_failed
  status
}
fragment JobRow on job_executions {
  id
  event_execution_id
  created_at
  completed_at
  job_name
  duration_ms
  status
  error_message
  triggered_invocations(order_by: [{created_at: asc}, {id: asc}]) {
    id
    created_at
    completed_at
    source_function
    source_table
    source_operation
    status
    total_duration_ms
  }
}`) as unknown as TypedDocumentString<InvocationDetailQuery, InvocationDetailQueryVariables>;
export const InvocationPulseDocument = new TypedDocumentString(`
    subscription InvocationPulse($id: uuid!) {
  invocations_by_pk(id: $id) {
    updated_at
    event_executions_aggregate {
      aggregate {
        count
        max {
          updated_at
        }
      }
    }
    job_executions_aggregate {
      aggregate {
        count
        max {
          updated_at
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<InvocationPulseSubscription, InvocationPulseSubscriptionVariables>;
export const JobDetailDocument = new TypedDocumentString(`
    query JobDetail($id: uuid!) {
  job_executions_by_pk(id: $id) {
    id
    created_at
    completed_at
    correlation_id
    job_name
    job_function_name
    job_options
    duration_ms
    status
    result
    error_message
    error_stack
  }
}
    `) as unknown as TypedDocumentString<JobDetailQuery, JobDetailQueryVariables>;
export const EventDetailDocument = new TypedDocumentString(`
    query EventDetail($id: uuid!) {
  event_executions_by_pk(id: $id) {
    id
    detection_error
    detection_error_stack
    handler_error
    handler_error_stack
  }
}
    `) as unknown as TypedDocumentString<EventDetailQuery, EventDetailQueryVariables>;
export const CorrelationChainDocument = new TypedDocumentString(`
    query CorrelationChain($correlation: String!) {
  invocations(
    where: {correlation_id: {_eq: $correlation}}
    order_by: [{created_at: asc}, {id: asc}]
    limit: 2000
  ) {
    id
    created_at
    completed_at
    source_function
    source_table
    source_operation
    source_event_time
    status
    total_duration_ms
    total_jobs_run
    total_jobs_failed
    source_job_execution {
      id
      job_name
      invocation_id
    }
  }
}
    `) as unknown as TypedDocumentString<CorrelationChainQuery, CorrelationChainQueryVariables>;
export const SimilarRunsDocument = new TypedDocumentString(`
    query SimilarRuns($where: invocations_bool_exp!) {
  invocations(
    where: $where
    order_by: [{created_at: desc}, {id: desc}]
    limit: 50
  ) {
    id
    created_at
    status
    total_duration_ms
    total_jobs_run
    total_jobs_failed
  }
}
    `) as unknown as TypedDocumentString<SimilarRunsQuery, SimilarRunsQueryVariables>;