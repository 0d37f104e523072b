/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type InvocationRowFragment = { id: string, created_at: string, updated_at: string, completed_at: string | null, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_system: string | null, source_user_email: string | null, source_user_role: string | null, total_duration_ms: number | null, events_detected_count: number, total_jobs_run: number, total_jobs_succeeded: number, total_jobs_failed: number, status: string, error_message: string | null, failed_jobs: Array<{ job_name: string, status: string, error_message: string | null }>, failed_events: Array<{ event_name: string, handler_error: string | null, detection_error: string | null }> };

export type InvocationPageQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
  order_by: Array<Schema.invocations_order_by> | Schema.invocations_order_by;
  limit: number;
}>;


export type InvocationPageQuery = { invocations: Array<{ id: string, created_at: string, updated_at: string, completed_at: string | null, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_system: string | null, source_user_email: string | null, source_user_role: string | null, total_duration_ms: number | null, events_detected_count: number, total_jobs_run: number, total_jobs_succeeded: number, total_jobs_failed: number, status: string, error_message: string | null, failed_jobs: Array<{ job_name: string, status: string, error_message: string | null }>, failed_events: Array<{ event_name: string, handler_error: string | null, detection_error: string | null }> }> };

export type InvocationCountQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
}>;


export type InvocationCountQuery = { invocations_aggregate: { aggregate: { count: number } | null } };

export type InvocationTailSubscriptionVariables = Exact<{
  where: Schema.invocations_bool_exp;
  since: string;
}>;


export type InvocationTailSubscription = { invocations_stream: Array<{ id: string, created_at: string, updated_at: string, completed_at: string | null, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_system: string | null, source_user_email: string | null, source_user_role: string | null, total_duration_ms: number | null, events_detected_count: number, total_jobs_run: number, total_jobs_succeeded: number, total_jobs_failed: number, status: string, error_message: string | null, failed_jobs: Array<{ job_name: string, status: string, error_message: string | null }>, failed_events: Array<{ event_name: string, handler_error: string | null, detection_error: string | null }> }> };

export type TableNamesQueryVariables = Exact<{
  range: Schema.invocations_bool_exp;
}>;


export type TableNamesQuery = { invocations_aggregate: { group_by: Array<{ group_key: { source_table: string | null }, aggregate: { count: number } }> } };

export type UserNamesQueryVariables = Exact<{
  range: Schema.invocations_bool_exp;
}>;


export type UserNamesQuery = { invocations_aggregate: { group_by: Array<{ group_key: { source_user_email: string | null }, aggregate: { count: number } }> } };

export type EventNamesQueryVariables = Exact<{
  range: Schema.event_executions_bool_exp;
}>;


export type EventNamesQuery = { event_executions_aggregate: { group_by: Array<{ group_key: { event_name: string | null }, aggregate: { count: number } }> } };

export type JobNamesQueryVariables = Exact<{
  range: Schema.job_executions_bool_exp;
}>;


export type JobNamesQuery = { job_executions_aggregate: { group_by: Array<{ group_key: { job_name: string | null }, aggregate: { count: number } }> } };

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
export const InvocationRowFragmentDoc = new TypedDocumentString(`
    fragment InvocationRow on invocations {
  id
  created_at
  updated_at
  completed_at
  correlation_id
  source_function
  source_table
  source_operation
  source_system
  source_user_email
  source_user_role
  total_duration_ms
  events_detected_count
  total_jobs_run
  total_jobs_succeeded
  total_jobs_failed
  status
  error_message
  failed_jobs: job_executions(
    where: {status: {_in: ["failed", "crashed"]}}
    order_by: [{created_at: asc}, {id: asc}]
    limit: 1
  ) {
    job_name
    status
    error_message
  }
  failed_events: event_executions(
    where: {_or: [{handler_error: {_is_null: false}}, {detection_error: {_is_null: false}}]}
    order_by: [{created_at: asc}, {id: asc}]
    limit: 1
  ) {
    event_name
    handler_error
    detection_error
  }
}
    `, {"fragmentName":"InvocationRow"}) as unknown as TypedDocumentString<InvocationRowFragment, unknown>;
export const InvocationPageDocument = new TypedDocumentString(`
    query InvocationPage($where: invocations_bool_exp!, $order_by: [invocations_order_by!]!, $limit: Int!) {
  invocations(where: $where, order_by: $order_by, limit: $limit) {
    ...InvocationRow
  }
}
    fragment InvocationRow on invocations {
  id
  created_at
  updated_at
  completed_at
  correlation_id
  source_function
  source_table
  source_operation
  source_system
  source_user_email
  source_user_role
  total_duration_ms
  events_detected_count
  total_jobs_run
  total_jobs_succeeded
  total_jobs_failed
  status
  error_message
  failed_jobs: job_executions(
    where: {status: {_in: ["failed", "crashed"]}}
    order_by: [{created_at: asc}, {id: asc}]
    limit: 1
  ) {
    job_name
    status
    error_message
  }
  failed_events: event_executions(
    where: {_or: [{handler_error: {_is_null: false}}, {detection_error: {_is_null: false}}]}
    order_by: [{created_at: asc}, {id: asc}]
    limit: 1
  ) {
    event_name
    handler_error
    detection_error
  }
}`) as unknown as TypedDocumentString<InvocationPageQuery, InvocationPageQueryVariables>;
export const InvocationCountDocument = new TypedDocumentString(`
    query InvocationCount($where: invocations_bool_exp!) {
  invocations_aggregate(where: $where) {
    aggregate {
      count
    }
  }
}
    `) as unknown as TypedDocumentString<InvocationCountQuery, InvocationCountQueryVariables>;
export const InvocationTailDocument = new TypedDocumentString(`
    subscription InvocationTail($where: invocations_bool_exp!, $since: timestamptz!) {
  invocations_stream(
    batch_size: 100
    cursor: [{initial_value: {updated_at: $since}, ordering: ASC}]
    where: $where
  ) {
    ...InvocationRow
  }
}
    fragment InvocationRow on invocations {
  id
  created_at
  updated_at
  completed_at
  correlation_id
  source_function
  source_table
  source_operation
  source_system
  source_user_email
  source_user_role
  total_duration_ms
  events_detected_count
  total_jobs_run
  total_jobs_succeeded
  total_jobs_failed
  status
  error_message
  failed_jobs: job_executions(
    where: {status: {_in: ["failed", "crashed"]}}
    order_by: [{created_at: asc}, {id: asc}]
    limit: 1
  ) {
    job_name
    status
    error_message
  }
  failed_events: event_executions(
    where: {_or: [{handler_error: {_is_null: false}}, {detection_error: {_is_null: false}}]}
    order_by: [{created_at: asc}, {id: asc}]
    limit: 1
  ) {
    event_name
    handler_error
    detection_error
  }
}`) as unknown as TypedDocumentString<InvocationTailSubscription, InvocationTailSubscriptionVariables>;
export const TableNamesDocument = new TypedDocumentString(`
    query TableNames($range: invocations_bool_exp!) {
  invocations_aggregate(where: $range) {
    group_by(keys: [{column: source_table}]) {
      group_key {
        source_table
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TableNamesQuery, TableNamesQueryVariables>;
export const UserNamesDocument = new TypedDocumentString(`
    query UserNames($range: invocations_bool_exp!) {
  invocations_aggregate(where: $range) {
    group_by(keys: [{column: source_user_email}]) {
      group_key {
        source_user_email
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<UserNamesQuery, UserNamesQueryVariables>;
export const EventNamesDocument = new TypedDocumentString(`
    query EventNames($range: event_executions_bool_exp!) {
  event_executions_aggregate(
    where: {_and: [$range, {status: {_neq: "not_detected"}}]}
  ) {
    group_by(keys: [{column: event_name}]) {
      group_key {
        event_name
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EventNamesQuery, EventNamesQueryVariables>;
export const JobNamesDocument = new TypedDocumentString(`
    query JobNames($range: job_executions_bool_exp!) {
  job_executions_aggregate(where: $range) {
    group_by(keys: [{column: job_name}]) {
      group_key {
        job_name
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<JobNamesQuery, JobNamesQueryVariables>;