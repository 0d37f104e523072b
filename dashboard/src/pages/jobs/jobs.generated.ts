/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type JobListRowFragment = { id: string, created_at: string, updated_at: string, completed_at: string | null, invocation_id: string, correlation_id: string | null, job_name: string, job_function_name: string | null, duration_ms: number | null, status: string, error_message: string | null, event_execution: { event_name: string } | null, invocation: { source_function: string } | null };

export type JobPageQueryVariables = Exact<{
  where: Schema.job_executions_bool_exp;
  order_by: Array<Schema.job_executions_order_by> | Schema.job_executions_order_by;
  limit: number;
}>;


export type JobPageQuery = { job_executions: Array<{ id: string, created_at: string, updated_at: string, completed_at: string | null, invocation_id: string, correlation_id: string | null, job_name: string, job_function_name: string | null, duration_ms: number | null, status: string, error_message: string | null, event_execution: { event_name: string } | null, invocation: { source_function: string } | null }> };

export type JobCountQueryVariables = Exact<{
  where: Schema.job_executions_bool_exp;
}>;


export type JobCountQuery = { job_executions_aggregate: { aggregate: { count: number } | null } };

export type JobTailSubscriptionVariables = Exact<{
  where: Schema.job_executions_bool_exp;
  since: string;
}>;


export type JobTailSubscription = { job_executions_stream: Array<{ id: string, created_at: string, updated_at: string, completed_at: string | null, invocation_id: string, correlation_id: string | null, job_name: string, job_function_name: string | null, duration_ms: number | null, status: string, error_message: string | null, event_execution: { event_name: string } | null, invocation: { source_function: string } | null }> };

export type JobListNamesQueryVariables = Exact<{
  range: Schema.job_executions_bool_exp;
}>;


export type JobListNamesQuery = { job_executions_aggregate: { group_by: Array<{ group_key: { job_name: string | null }, aggregate: { count: number } }> } };

export type JobListFunctionsQueryVariables = Exact<{
  range: Schema.job_executions_bool_exp;
}>;


export type JobListFunctionsQuery = { job_executions_aggregate: { group_by: Array<{ group_key: { job_function_name: string | null }, aggregate: { count: number } }> } };

export type JobListEventsQueryVariables = Exact<{
  range: Schema.event_executions_bool_exp;
}>;


export type JobListEventsQuery = { event_executions_aggregate: { group_by: Array<{ group_key: { event_name: string | null }, aggregate: { count: number } }> } };

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
export const JobListRowFragmentDoc = new TypedDocumentString(`
    fragment JobListRow on job_executions {
  id
  created_at
  updated_at
  completed_at
  invocation_id
  correlation_id
  job_name
  job_function_name
  duration_ms
  status
  error_message
  event_execution {
    event_name
  }
  invocation {
    source_function
  }
}
    `, {"fragmentName":"JobListRow"}) as unknown as TypedDocumentString<JobListRowFragment, unknown>;
export const JobPageDocument = new TypedDocumentString(`
    query JobPage($where: job_executions_bool_exp!, $order_by: [job_executions_order_by!]!, $limit: Int!) {
  job_executions(where: $where, order_by: $order_by, limit: $limit) {
    ...JobListRow
  }
}
    fragment JobListRow on job_executions {
  id
  created_at
  updated_at
  completed_at
  invocation_id
  correlation_id
  job_name
  job_function_name
  duration_ms
  status
  error_message
  event_execution {
    event_name
  }
  invocation {
    source_function
  }
}`) as unknown as TypedDocumentString<JobPageQuery, JobPageQueryVariables>;
export const JobCountDocument = new TypedDocumentString(`
    query JobCount($where: job_executions_bool_exp!) {
  job_executions_aggregate(where: $where) {
    aggregate {
      count
    }
  }
}
    `) as unknown as TypedDocumentString<JobCountQuery, JobCountQueryVariables>;
export const JobTailDocument = new TypedDocumentString(`
    subscription JobTail($where: job_executions_bool_exp!, $since: timestamptz!) {
  job_executions_stream(
    batch_size: 200
    cursor: [{initial_value: {updated_at: $since}, ordering: ASC}]
    where: $where
  ) {
    ...JobListRow
  }
}
    fragment JobListRow on job_executions {
  id
  created_at
  updated_at
  completed_at
  invocation_id
  correlation_id
  job_name
  job_function_name
  duration_ms
  status
  error_message
  event_execution {
    event_name
  }
  invocation {
    source_function
  }
}`) as unknown as TypedDocumentString<JobTailSubscription, JobTailSubscriptionVariables>;
export const JobListNamesDocument = new TypedDocumentString(`
    query JobListNames($range: job_executions_bool_exp!) {
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
    `) as unknown as TypedDocumentString<JobListNamesQuery, JobListNamesQueryVariables>;
export const JobListFunctionsDocument = new TypedDocumentString(`
    query JobListFunctions($range: job_executions_bool_exp!) {
  job_executions_aggregate(where: $range) {
    group_by(keys: [{column: job_function_name}]) {
      group_key {
        job_function_name
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<JobListFunctionsQuery, JobListFunctionsQueryVariables>;
export const JobListEventsDocument = new TypedDocumentString(`
    query JobListEvents($range: event_executions_bool_exp!) {
  event_executions_aggregate(where: $range) {
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
    `) as unknown as TypedDocumentString<JobListEventsQuery, JobListEventsQueryVariables>;