/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type FoundInvocationFragment = { id: string, created_at: string, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_user_email: string | null, total_duration_ms: number | null, status: string };

export type SearchInvocationsQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
  order_by: Array<Schema.invocations_order_by> | Schema.invocations_order_by;
  limit: number;
}>;


export type SearchInvocationsQuery = { invocations: Array<{ id: string, created_at: string, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_user_email: string | null, total_duration_ms: number | null, status: string }> };

export type SearchJobsQueryVariables = Exact<{
  where: Schema.job_executions_bool_exp;
  order_by: Array<Schema.job_executions_order_by> | Schema.job_executions_order_by;
  limit: number;
}>;


export type SearchJobsQuery = { job_executions: Array<{ id: string, invocation_id: string, job_name: string, status: string, created_at: string, duration_ms: number | null, error_message: string | null }> };

export type SearchEventsQueryVariables = Exact<{
  where: Schema.event_executions_bool_exp;
  order_by: Array<Schema.event_executions_order_by> | Schema.event_executions_order_by;
  limit: number;
}>;


export type SearchEventsQuery = { event_executions: Array<{ id: string, invocation_id: string, event_name: string, status: string, created_at: string }> };

export type SearchLogsQueryVariables = Exact<{
  where: Schema.job_logs_bool_exp;
  order_by: Array<Schema.job_logs_order_by> | Schema.job_logs_order_by;
  limit: number;
}>;


export type SearchLogsQuery = { job_logs: Array<{ id: string, invocation_id: string, job_execution_id: string, created_at: string, level: string, message: string }> };

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
export const FoundInvocationFragmentDoc = new TypedDocumentString(`
    fragment FoundInvocation on invocations {
  id
  created_at
  correlation_id
  source_function
  source_table
  source_operation
  source_user_email
  total_duration_ms
  status
}
    `, {"fragmentName":"FoundInvocation"}) as unknown as TypedDocumentString<FoundInvocationFragment, unknown>;
export const SearchInvocationsDocument = new TypedDocumentString(`
    query SearchInvocations($where: invocations_bool_exp!, $order_by: [invocations_order_by!]!, $limit: Int!) {
  invocations(where: $where, order_by: $order_by, limit: $limit) {
    ...FoundInvocation
  }
}
    fragment FoundInvocation on invocations {
  id
  created_at
  correlation_id
  source_function
  source_table
  source_operation
  source_user_email
  total_duration_ms
  status
}`) as unknown as TypedDocumentString<SearchInvocationsQuery, SearchInvocationsQueryVariables>;
export const SearchJobsDocument = new TypedDocumentString(`
    query SearchJobs($where: job_executions_bool_exp!, $order_by: [job_executions_order_by!]!, $limit: Int!) {
  job_executions(where: $where, order_by: $order_by, limit: $limit) {
    id
    invocation_id
    job_name
    status
    created_at
    duration_ms
    error_message
  }
}
    `) as unknown as TypedDocumentString<SearchJobsQuery, SearchJobsQueryVariables>;
export const SearchEventsDocument = new TypedDocumentString(`
    query SearchEvents($where: event_executions_bool_exp!, $order_by: [event_executions_order_by!]!, $limit: Int!) {
  event_executions(where: $where, order_by: $order_by, limit: $limit) {
    id
    invocation_id
    event_name
    status
    created_at
  }
}
    `) as unknown as TypedDocumentString<SearchEventsQuery, SearchEventsQueryVariables>;
export const SearchLogsDocument = new TypedDocumentString(`
    query SearchLogs($where: job_logs_bool_exp!, $order_by: [job_logs_order_by!]!, $limit: Int!) {
  job_logs(where: $where, order_by: $order_by, limit: $limit) {
    id
    invocation_id
    job_execution_id
    created_at
    level
    message
  }
}
    `) as unknown as TypedDocumentString<SearchLogsQuery, SearchLogsQueryVariables>;