/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type OverviewTotalsQueryVariables = Exact<{
  range: Schema.invocations_bool_exp;
}>;


export type OverviewTotalsQuery = { invocations_aggregate: { group_by: Array<{ group_key: { status: string | null }, aggregate: { count: number } }> } };

export type OverviewDurationsQueryVariables = Exact<{
  range: Schema.invocations_bool_exp;
}>;


export type OverviewDurationsQuery = { invocations_aggregate: { group_by: Array<{ group_key: { total_duration_ms: number | null }, aggregate: { count: number } }> } };

export type OverviewFineBucketQueryVariables = Exact<{
  range: Schema.invocations_bool_exp;
}>;


export type OverviewFineBucketQuery = { invocations_aggregate: { group_by: Array<{ group_key: { status: string | null, total_duration_ms: number | null }, aggregate: { count: number } }> } };

export type OverviewHourlyQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type OverviewHourlyQuery = { dashboard_stats: Array<{ hour_bucket: string | null, total_invocations: number | null, avg_duration_ms: number | null, p95_duration_ms: number | null, max_duration_ms: number | null }> };

export type OverviewRunningQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewRunningQuery = { invocations_aggregate: { aggregate: { count: number } | null }, oldest: Array<{ created_at: string }>, invocations: Array<{ id: string, source_function: string, source_table: string | null, source_operation: string | null, created_at: string }> };

export type OverviewJobsQueryVariables = Exact<{
  range: Schema.job_executions_bool_exp;
}>;


export type OverviewJobsQuery = { job_executions_aggregate: { group_by: Array<{ group_key: { job_name: string | null, status: string | null }, aggregate: { count: number, sum: { duration_ms: number | null } | null, max: { duration_ms: number | null } | null } }> } };

export type OverviewFailuresQueryVariables = Exact<{
  range: Schema.invocations_bool_exp;
}>;


export type OverviewFailuresQuery = { invocations: Array<{ id: string, source_function: string, created_at: string, status: string, error_message: string | null, failed_jobs: Array<{ job_name: string, status: string, error_message: string | null }>, failed_events: Array<{ event_name: string, detection_error: string | null, handler_error: string | null }> }> };

export type OverviewFleetQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewFleetQuery = { replication_stores: Array<{ store_id: string, host_label: string, last_seen_at: string, contact_interval_seconds: number | null, pending_changes: number | null, dead_letters_aggregate: { aggregate: { count: number } | null } }> };

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

export const OverviewTotalsDocument = new TypedDocumentString(`
    query OverviewTotals($range: invocations_bool_exp!) {
  invocations_aggregate(where: $range) {
    group_by(keys: [{column: status}]) {
      group_key {
        status
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewTotalsQuery, OverviewTotalsQueryVariables>;
export const OverviewDurationsDocument = new TypedDocumentString(`
    query OverviewDurations($range: invocations_bool_exp!) {
  invocations_aggregate(where: $range) {
    group_by(keys: [{column: total_duration_ms}]) {
      group_key {
        total_duration_ms
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewDurationsQuery, OverviewDurationsQueryVariables>;
export const OverviewFineBucketDocument = new TypedDocumentString(`
    query OverviewFineBucket($range: invocations_bool_exp!) {
  invocations_aggregate(where: $range) {
    group_by(keys: [{column: status}, {column: total_duration_ms}]) {
      group_key {
        status
        total_duration_ms
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewFineBucketQuery, OverviewFineBucketQueryVariables>;
export const OverviewHourlyDocument = new TypedDocumentString(`
    query OverviewHourly($from: timestamptz!, $to: timestamptz!) {
  dashboard_stats(
    where: {hour_bucket: {_gte: $from, _lt: $to}}
    order_by: {hour_bucket: asc}
  ) {
    hour_bucket
    total_invocations
    avg_duration_ms
    p95_duration_ms
    max_duration_ms
  }
}
    `) as unknown as TypedDocumentString<OverviewHourlyQuery, OverviewHourlyQueryVariables>;
export const OverviewRunningDocument = new TypedDocumentString(`
    query OverviewRunning {
  invocations_aggregate(where: {status: {_eq: "running"}}) {
    aggregate {
      count
    }
  }
  oldest: invocations(
    where: {status: {_eq: "running"}}
    order_by: [{created_at: asc}]
    limit: 1
  ) {
    created_at
  }
  invocations(
    where: {status: {_eq: "running"}}
    order_by: [{created_at: desc}, {id: desc}]
    limit: 6
  ) {
    id
    source_function
    source_table
    source_operation
    created_at
  }
}
    `) as unknown as TypedDocumentString<OverviewRunningQuery, OverviewRunningQueryVariables>;
export const OverviewJobsDocument = new TypedDocumentString(`
    query OverviewJobs($range: job_executions_bool_exp!) {
  job_executions_aggregate(where: $range) {
    group_by(keys: [{column: job_name}, {column: status}]) {
      group_key {
        job_name
        status
      }
      aggregate {
        count
        sum {
          duration_ms
        }
        max {
          duration_ms
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewJobsQuery, OverviewJobsQueryVariables>;
export const OverviewFailuresDocument = new TypedDocumentString(`
    query OverviewFailures($range: invocations_bool_exp!) {
  invocations(where: $range, order_by: [{created_at: desc}, {id: desc}], limit: 6) {
    id
    source_function
    created_at
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
      detection_error
      handler_error
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewFailuresQuery, OverviewFailuresQueryVariables>;
export const OverviewFleetDocument = new TypedDocumentString(`
    query OverviewFleet {
  replication_stores(order_by: {last_seen_at: asc}) {
    store_id
    host_label
    last_seen_at
    contact_interval_seconds
    pending_changes
    dead_letters_aggregate {
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewFleetQuery, OverviewFleetQueryVariables>;