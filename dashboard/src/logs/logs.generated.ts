/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type LogLineFragment = { id: string, created_at: string, sequence: number, level: string, message: string, data: import("~/api/json").Json | null, source: string | null, line_number: number | null, invocation_id: string, job_execution_id: string, job_execution: { job_name: string } | null };

export type LogPageQueryVariables = Exact<{
  where: Schema.job_logs_bool_exp;
  order_by: Array<Schema.job_logs_order_by> | Schema.job_logs_order_by;
  limit: number;
}>;


export type LogPageQuery = { job_logs: Array<{ id: string, created_at: string, sequence: number, level: string, message: string, data: import("~/api/json").Json | null, source: string | null, line_number: number | null, invocation_id: string, job_execution_id: string, job_execution: { job_name: string } | null }> };

export type LogCountQueryVariables = Exact<{
  where: Schema.job_logs_bool_exp;
}>;


export type LogCountQuery = { job_logs_aggregate: { aggregate: { count: number } | null } };

export type LogTailSubscriptionVariables = Exact<{
  where: Schema.job_logs_bool_exp;
  since: string;
}>;


export type LogTailSubscription = { job_logs_stream: Array<{ id: string, created_at: string, sequence: number, level: string, message: string, data: import("~/api/json").Json | null, source: string | null, line_number: number | null, invocation_id: string, job_execution_id: string, job_execution: { job_name: string } | null }> };

export type LogJobNamesQueryVariables = Exact<{
  range: Schema.job_executions_bool_exp;
}>;


export type LogJobNamesQuery = { job_executions_aggregate: { group_by: Array<{ group_key: { job_name: string | null }, aggregate: { count: number } }> } };

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
export const LogLineFragmentDoc = new TypedDocumentString(`
    fragment LogLine on job_logs {
  id
  created_at
  sequence
  level
  message
  data
  source
  line_number
  invocation_id
  job_execution_id
  job_execution {
    job_name
  }
}
    `, {"fragmentName":"LogLine"}) as unknown as TypedDocumentString<LogLineFragment, unknown>;
export const LogPageDocument = new TypedDocumentString(`
    query LogPage($where: job_logs_bool_exp!, $order_by: [job_logs_order_by!]!, $limit: Int!) {
  job_logs(where: $where, order_by: $order_by, limit: $limit) {
    ...LogLine
  }
}
    fragment LogLine on job_logs {
  id
  created_at
  sequence
  level
  message
  data
  source
  line_number
  invocation_id
  job_execution_id
  job_execution {
    job_name
  }
}`) as unknown as TypedDocumentString<LogPageQuery, LogPageQueryVariables>;
export const LogCountDocument = new TypedDocumentString(`
    query LogCount($where: job_logs_bool_exp!) {
  job_logs_aggregate(where: $where) {
    aggregate {
      count
    }
  }
}
    `) as unknown as TypedDocumentString<LogCountQuery, LogCountQueryVariables>;
export const LogTailDocument = new TypedDocumentString(`
    subscription LogTail($where: job_logs_bool_exp!, $since: timestamptz!) {
  job_logs_stream(
    batch_size: 200
    cursor: [{initial_value: {created_at: $since}, ordering: ASC}]
    where: $where
  ) {
    ...LogLine
  }
}
    fragment LogLine on job_logs {
  id
  created_at
  sequence
  level
  message
  data
  source
  line_number
  invocation_id
  job_execution_id
  job_execution {
    job_name
  }
}`) as unknown as TypedDocumentString<LogTailSubscription, LogTailSubscriptionVariables>;
export const LogJobNamesDocument = new TypedDocumentString(`
    query LogJobNames($range: job_executions_bool_exp!) {
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
    `) as unknown as TypedDocumentString<LogJobNamesQuery, LogJobNamesQueryVariables>;