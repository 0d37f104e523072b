/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type FunctionRunsQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
}>;


export type FunctionRunsQuery = { runs: { group_by: Array<{ group_key: { status: string | null, name: string | null }, aggregate: { count: number, sum: { ms: number | null } | null } }> } };

export type EventRunsQueryVariables = Exact<{
  where: Schema.event_executions_bool_exp;
}>;


export type EventRunsQuery = { runs: { group_by: Array<{ group_key: { status: string | null, name: string | null }, aggregate: { count: number, sum: { ms: number | null } | null } }> } };

export type JobRunsQueryVariables = Exact<{
  where: Schema.job_executions_bool_exp;
}>;


export type JobRunsQuery = { runs: { group_by: Array<{ group_key: { status: string | null, name: string | null }, aggregate: { count: number, sum: { ms: number | null } | null } }> } };

export type FunctionSpreadQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
}>;


export type FunctionSpreadQuery = { spread: { group_by: Array<{ group_key: { name: string | null, ms: number | null }, aggregate: { count: number } }> } };

export type EventSpreadQueryVariables = Exact<{
  where: Schema.event_executions_bool_exp;
}>;


export type EventSpreadQuery = { spread: { group_by: Array<{ group_key: { name: string | null, ms: number | null }, aggregate: { count: number } }> } };

export type JobSpreadQueryVariables = Exact<{
  where: Schema.job_executions_bool_exp;
}>;


export type JobSpreadQuery = { spread: { group_by: Array<{ group_key: { name: string | null, ms: number | null }, aggregate: { count: number } }> } };

export type AnalyticsHoursQueryVariables = Exact<{
  where: Schema.metrics_hourly_bool_exp;
}>;


export type AnalyticsHoursQuery = { metrics_hourly: Array<{ hour_bucket: string, source_function: string, total_invocations: number, avg_duration_ms: number | null, p95_duration_ms: number | null, max_duration_ms: number | null }> };

export type AnalyticsHourTotalsQueryVariables = Exact<{
  where: Schema.metrics_hourly_bool_exp;
}>;


export type AnalyticsHourTotalsQuery = { metrics_hourly_aggregate: { group_by: Array<{ group_key: { hour_bucket: string | null }, aggregate: { sum: { total_invocations: number | null, failed_invocations: number | null } | null } }> } };

export type AnalyticsErrorsQueryVariables = Exact<{
  jobs: Schema.job_executions_bool_exp;
  handlers: Schema.event_executions_bool_exp;
  detections: Schema.event_executions_bool_exp;
  invocations: Schema.invocations_bool_exp;
  limit: number;
}>;


export type AnalyticsErrorsQuery = { jobs: { group_by: Array<{ group_key: { name: string | null, message: string | null }, aggregate: { count: number, min: { created_at: string | null } | null, max: { created_at: string | null } | null } }> }, handlers: { group_by: Array<{ group_key: { name: string | null, message: string | null }, aggregate: { count: number, invocations: number, min: { created_at: string | null } | null, max: { created_at: string | null } | null } }> }, detections: { group_by: Array<{ group_key: { name: string | null, message: string | null }, aggregate: { count: number, invocations: number, min: { created_at: string | null } | null, max: { created_at: string | null } | null } }> }, invocations: { group_by: Array<{ group_key: { name: string | null, message: string | null }, aggregate: { count: number, min: { created_at: string | null } | null, max: { created_at: string | null } | null } }> } };

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

export const FunctionRunsDocument = new TypedDocumentString(`
    query FunctionRuns($where: invocations_bool_exp!) {
  runs: invocations_aggregate(where: $where) {
    group_by(keys: [{column: source_function}, {column: status}]) {
      group_key {
        name: source_function
        status
      }
      aggregate {
        count
        sum {
          ms: total_duration_ms
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FunctionRunsQuery, FunctionRunsQueryVariables>;
export const EventRunsDocument = new TypedDocumentString(`
    query EventRuns($where: event_executions_bool_exp!) {
  runs: event_executions_aggregate(where: $where) {
    group_by(keys: [{column: event_name}, {column: status}]) {
      group_key {
        name: event_name
        status
      }
      aggregate {
        count
        sum {
          ms: handler_duration_ms
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EventRunsQuery, EventRunsQueryVariables>;
export const JobRunsDocument = new TypedDocumentString(`
    query JobRuns($where: job_executions_bool_exp!) {
  runs: job_executions_aggregate(where: $where) {
    group_by(keys: [{column: job_name}, {column: status}]) {
      group_key {
        name: job_name
        status
      }
      aggregate {
        count
        sum {
          ms: duration_ms
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<JobRunsQuery, JobRunsQueryVariables>;
export const FunctionSpreadDocument = new TypedDocumentString(`
    query FunctionSpread($where: invocations_bool_exp!) {
  spread: invocations_aggregate(where: $where) {
    group_by(keys: [{column: source_function}, {column: total_duration_ms}]) {
      group_key {
        name: source_function
        ms: total_duration_ms
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FunctionSpreadQuery, FunctionSpreadQueryVariables>;
export const EventSpreadDocument = new TypedDocumentString(`
    query EventSpread($where: event_executions_bool_exp!) {
  spread: event_executions_aggregate(where: $where) {
    group_by(keys: [{column: event_name}, {column: handler_duration_ms}]) {
      group_key {
        name: event_name
        ms: handler_duration_ms
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EventSpreadQuery, EventSpreadQueryVariables>;
export const JobSpreadDocument = new TypedDocumentString(`
    query JobSpread($where: job_executions_bool_exp!) {
  spread: job_executions_aggregate(where: $where) {
    group_by(keys: [{column: job_name}, {column: duration_ms}]) {
      group_key {
        name: job_name
        ms: duration_ms
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<JobSpreadQuery, JobSpreadQueryVariables>;
export const AnalyticsHoursDocument = new TypedDocumentString(`
    query AnalyticsHours($where: metrics_hourly_bool_exp!) {
  metrics_hourly(where: $where, order_by: {hour_bucket: asc}) {
    hour_bucket
    source_function
    total_invocations
    avg_duration_ms
    p95_duration_ms
    max_duration_ms
  }
}
    `) as unknown as TypedDocumentString<AnalyticsHoursQuery, AnalyticsHoursQueryVariables>;
export const AnalyticsHourTotalsDocument = new TypedDocumentString(`
    query AnalyticsHourTotals($where: metrics_hourly_bool_exp!) {
  metrics_hourly_aggregate(where: $where) {
    group_by(keys: [{column: hour_bucket}]) {
      group_key {
        hour_bucket
      }
      aggregate {
        sum {
          total_invocations
          failed_invocations
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AnalyticsHourTotalsQuery, AnalyticsHourTotalsQueryVariables>;
export const AnalyticsErrorsDocument = new TypedDocumentString(`
    query AnalyticsErrors($jobs: job_executions_bool_exp!, $handlers: event_executions_bool_exp!, $detections: event_executions_bool_exp!, $invocations: invocations_bool_exp!, $limit: Int!) {
  jobs: job_executions_aggregate(
    where: $jobs
    order_by: {created_at: desc}
    limit: $limit
  ) {
    group_by(keys: [{column: job_name}, {column: error_message}]) {
      group_key {
        name: job_name
        message: error_message
      }
      aggregate {
        count
        min {
          created_at
        }
        max {
          created_at
        }
      }
    }
  }
  handlers: event_executions_aggregate(
    where: $handlers
    order_by: {created_at: desc}
    limit: $limit
  ) {
    group_by(keys: [{column: event_name}, {column: handler_error}]) {
      group_key {
        name: event_name
        message: handler_error
      }
      aggregate {
        count
        invocations: count(columns: [invocation_id], distinct: true)
        min {
          created_at
        }
        max {
          created_at
        }
      }
    }
  }
  detections: event_executions_aggregate(
    where: $detections
    order_by: {created_at: desc}
    limit: $limit
  ) {
    group_by(keys: [{column: event_name}, {column: detection_error}]) {
      group_key {
        name: event_name
        message: detection_error
      }
      aggregate {
        count
        invocations: count(columns: [invocation_id], distinct: true)
        min {
          created_at
        }
        max {
          created_at
        }
      }
    }
  }
  invocations: invocations_aggregate(
    where: $invocations
    order_by: {created_at: desc}
    limit: $limit
  ) {
    group_by(keys: [{column: source_function}, {column: error_message}]) {
      group_key {
        name: source_function
        message: error_message
      }
      aggregate {
        count
        min {
          created_at
        }
        max {
          created_at
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AnalyticsErrorsQuery, AnalyticsErrorsQueryVariables>;