/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Boolean expression to compare columns of type "Boolean". All fields are combined with logical 'AND'. */
export type Boolean_comparison_exp = {
  _eq?: boolean | null | undefined;
  _gt?: boolean | null | undefined;
  _gte?: boolean | null | undefined;
  _in?: Array<boolean> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: boolean | null | undefined;
  _lte?: boolean | null | undefined;
  _neq?: boolean | null | undefined;
  _nin?: Array<boolean> | null | undefined;
};

/** Boolean expression to compare columns of type "Int". All fields are combined with logical 'AND'. */
export type Int_comparison_exp = {
  _eq?: number | null | undefined;
  _gt?: number | null | undefined;
  _gte?: number | null | undefined;
  _in?: Array<number> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: number | null | undefined;
  _lte?: number | null | undefined;
  _neq?: number | null | undefined;
  _nin?: Array<number> | null | undefined;
};

/** Boolean expression to compare columns of type "String". All fields are combined with logical 'AND'. */
export type String_comparison_exp = {
  _eq?: string | null | undefined;
  _gt?: string | null | undefined;
  _gte?: string | null | undefined;
  /** does the column match the given case-insensitive pattern */
  _ilike?: string | null | undefined;
  _in?: Array<string> | null | undefined;
  /** does the column match the given POSIX regular expression, case insensitive */
  _iregex?: string | null | undefined;
  _is_null?: boolean | null | undefined;
  /** does the column match the given pattern */
  _like?: string | null | undefined;
  _lt?: string | null | undefined;
  _lte?: string | null | undefined;
  _neq?: string | null | undefined;
  /** does the column NOT match the given case-insensitive pattern */
  _nilike?: string | null | undefined;
  _nin?: Array<string> | null | undefined;
  /** does the column NOT match the given POSIX regular expression, case insensitive */
  _niregex?: string | null | undefined;
  /** does the column NOT match the given pattern */
  _nlike?: string | null | undefined;
  /** does the column NOT match the given POSIX regular expression, case sensitive */
  _nregex?: string | null | undefined;
  /** does the column NOT match the given SQL regular expression */
  _nsimilar?: string | null | undefined;
  /** does the column match the given POSIX regular expression, case sensitive */
  _regex?: string | null | undefined;
  /** does the column match the given SQL regular expression */
  _similar?: string | null | undefined;
};

/** Boolean expression to compare columns of type "bigint". All fields are combined with logical 'AND'. */
export type bigint_comparison_exp = {
  _eq?: number | null | undefined;
  _gt?: number | null | undefined;
  _gte?: number | null | undefined;
  _in?: Array<number> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: number | null | undefined;
  _lte?: number | null | undefined;
  _neq?: number | null | undefined;
  _nin?: Array<number> | null | undefined;
};

export type event_executions_aggregate_bool_exp = {
  count?: event_executions_aggregate_bool_exp_count | null | undefined;
};

export type event_executions_aggregate_bool_exp_count = {
  arguments?: Array<event_executions_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

/** Boolean expression to filter rows from the table "event_executions". All fields are combined with a logical 'AND'. */
export type event_executions_bool_exp = {
  _and?: Array<event_executions_bool_exp> | null | undefined;
  _not?: event_executions_bool_exp | null | undefined;
  _or?: Array<event_executions_bool_exp> | null | undefined;
  completed_at?: timestamptz_comparison_exp | null | undefined;
  correlation_id?: String_comparison_exp | null | undefined;
  created_at?: timestamptz_comparison_exp | null | undefined;
  detected?: Boolean_comparison_exp | null | undefined;
  detection_duration_ms?: Int_comparison_exp | null | undefined;
  detection_error?: String_comparison_exp | null | undefined;
  detection_error_stack?: String_comparison_exp | null | undefined;
  event_module_path?: String_comparison_exp | null | undefined;
  event_name?: String_comparison_exp | null | undefined;
  handler_duration_ms?: Int_comparison_exp | null | undefined;
  handler_error?: String_comparison_exp | null | undefined;
  handler_error_stack?: String_comparison_exp | null | undefined;
  id?: uuid_comparison_exp | null | undefined;
  invocation?: invocations_bool_exp | null | undefined;
  invocation_id?: uuid_comparison_exp | null | undefined;
  job_executions?: job_executions_bool_exp | null | undefined;
  job_executions_aggregate?: job_executions_aggregate_bool_exp | null | undefined;
  job_success_rate?: numeric_comparison_exp | null | undefined;
  jobs_count?: Int_comparison_exp | null | undefined;
  jobs_failed?: Int_comparison_exp | null | undefined;
  jobs_succeeded?: Int_comparison_exp | null | undefined;
  row_version?: bigint_comparison_exp | null | undefined;
  status?: String_comparison_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
  updated_at?: timestamptz_comparison_exp | null | undefined;
};

/** select columns of table "event_executions" */
export type event_executions_select_column =
  /** column name */
  | 'completed_at'
  /** column name */
  | 'correlation_id'
  /** column name */
  | 'created_at'
  /** column name */
  | 'detected'
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'detection_error'
  /** column name */
  | 'detection_error_stack'
  /** column name */
  | 'event_module_path'
  /** column name */
  | 'event_name'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'handler_error'
  /** column name */
  | 'handler_error_stack'
  /** column name */
  | 'id'
  /** column name */
  | 'invocation_id'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version'
  /** column name */
  | 'status'
  /** column name */
  | 'store_id'
  /** column name */
  | 'updated_at';

export type invocations_aggregate_bool_exp = {
  count?: invocations_aggregate_bool_exp_count | null | undefined;
};

export type invocations_aggregate_bool_exp_count = {
  arguments?: Array<invocations_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

/** Boolean expression to filter rows from the table "invocations". All fields are combined with a logical 'AND'. */
export type invocations_bool_exp = {
  _and?: Array<invocations_bool_exp> | null | undefined;
  _not?: invocations_bool_exp | null | undefined;
  _or?: Array<invocations_bool_exp> | null | undefined;
  auto_load_modules?: Boolean_comparison_exp | null | undefined;
  avg_job_duration?: numeric_comparison_exp | null | undefined;
  completed_at?: timestamptz_comparison_exp | null | undefined;
  context_data?: jsonb_comparison_exp | null | undefined;
  correlated_invocations?: invocations_bool_exp | null | undefined;
  correlated_invocations_aggregate?: invocations_aggregate_bool_exp | null | undefined;
  correlation_id?: String_comparison_exp | null | undefined;
  created_at?: timestamptz_comparison_exp | null | undefined;
  error_message?: String_comparison_exp | null | undefined;
  error_stack?: String_comparison_exp | null | undefined;
  event_executions?: event_executions_bool_exp | null | undefined;
  event_executions_aggregate?: event_executions_aggregate_bool_exp | null | undefined;
  event_modules_directory?: String_comparison_exp | null | undefined;
  events_detected_count?: Int_comparison_exp | null | undefined;
  hasura_event_id?: String_comparison_exp | null | undefined;
  hasura_event_payload?: jsonb_comparison_exp | null | undefined;
  hasura_event_time?: timestamptz_comparison_exp | null | undefined;
  hasura_user_email?: String_comparison_exp | null | undefined;
  hasura_user_role?: String_comparison_exp | null | undefined;
  id?: uuid_comparison_exp | null | undefined;
  job_executions?: job_executions_bool_exp | null | undefined;
  job_executions_aggregate?: job_executions_aggregate_bool_exp | null | undefined;
  row_version?: bigint_comparison_exp | null | undefined;
  source_event_id?: uuid_comparison_exp | null | undefined;
  source_event_id_text?: String_comparison_exp | null | undefined;
  source_event_payload?: jsonb_comparison_exp | null | undefined;
  source_event_time?: timestamptz_comparison_exp | null | undefined;
  source_function?: String_comparison_exp | null | undefined;
  source_job_execution?: job_executions_bool_exp | null | undefined;
  source_job_id?: uuid_comparison_exp | null | undefined;
  source_operation?: String_comparison_exp | null | undefined;
  source_system?: String_comparison_exp | null | undefined;
  source_table?: String_comparison_exp | null | undefined;
  source_user_email?: String_comparison_exp | null | undefined;
  source_user_role?: String_comparison_exp | null | undefined;
  status?: String_comparison_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
  success_rate?: numeric_comparison_exp | null | undefined;
  total_duration_ms?: Int_comparison_exp | null | undefined;
  total_jobs_failed?: Int_comparison_exp | null | undefined;
  total_jobs_run?: Int_comparison_exp | null | undefined;
  total_jobs_succeeded?: Int_comparison_exp | null | undefined;
  updated_at?: timestamptz_comparison_exp | null | undefined;
};

/** select columns of table "invocations" */
export type invocations_select_column =
  /** column name */
  | 'auto_load_modules'
  /** column name */
  | 'completed_at'
  /** column name */
  | 'context_data'
  /** column name */
  | 'correlation_id'
  /** column name */
  | 'created_at'
  /** column name */
  | 'error_message'
  /** column name */
  | 'error_stack'
  /** column name */
  | 'event_modules_directory'
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'id'
  /** column name */
  | 'row_version'
  /** column name */
  | 'source_event_id'
  /** column name */
  | 'source_event_id_text'
  /** column name */
  | 'source_event_payload'
  /** column name */
  | 'source_event_time'
  /** column name */
  | 'source_function'
  /** column name */
  | 'source_job_id'
  /** column name */
  | 'source_operation'
  /** column name */
  | 'source_system'
  /** column name */
  | 'source_table'
  /** column name */
  | 'source_user_email'
  /** column name */
  | 'source_user_role'
  /** column name */
  | 'status'
  /** column name */
  | 'store_id'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded'
  /** column name */
  | 'updated_at';

export type job_executions_aggregate_bool_exp = {
  count?: job_executions_aggregate_bool_exp_count | null | undefined;
};

export type job_executions_aggregate_bool_exp_count = {
  arguments?: Array<job_executions_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

/** Boolean expression to filter rows from the table "job_executions". All fields are combined with a logical 'AND'. */
export type job_executions_bool_exp = {
  _and?: Array<job_executions_bool_exp> | null | undefined;
  _not?: job_executions_bool_exp | null | undefined;
  _or?: Array<job_executions_bool_exp> | null | undefined;
  completed_at?: timestamptz_comparison_exp | null | undefined;
  console_logs?: jsonb_comparison_exp | null | undefined;
  correlation_id?: String_comparison_exp | null | undefined;
  created_at?: timestamptz_comparison_exp | null | undefined;
  duration_ms?: Int_comparison_exp | null | undefined;
  error_message?: String_comparison_exp | null | undefined;
  error_stack?: String_comparison_exp | null | undefined;
  event_execution?: event_executions_bool_exp | null | undefined;
  event_execution_id?: uuid_comparison_exp | null | undefined;
  id?: uuid_comparison_exp | null | undefined;
  invocation?: invocations_bool_exp | null | undefined;
  invocation_id?: uuid_comparison_exp | null | undefined;
  job_function_name?: String_comparison_exp | null | undefined;
  job_name?: String_comparison_exp | null | undefined;
  job_options?: jsonb_comparison_exp | null | undefined;
  logs?: job_logs_bool_exp | null | undefined;
  logs_aggregate?: job_logs_aggregate_bool_exp | null | undefined;
  result?: jsonb_comparison_exp | null | undefined;
  row_version?: bigint_comparison_exp | null | undefined;
  status?: String_comparison_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
  triggered_invocations?: invocations_bool_exp | null | undefined;
  triggered_invocations_aggregate?: invocations_aggregate_bool_exp | null | undefined;
  updated_at?: timestamptz_comparison_exp | null | undefined;
};

/** select columns of table "job_executions" */
export type job_executions_select_column =
  /** column name */
  | 'completed_at'
  /** column name */
  | 'correlation_id'
  /** column name */
  | 'created_at'
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'error_message'
  /** column name */
  | 'error_stack'
  /** column name */
  | 'event_execution_id'
  /** column name */
  | 'id'
  /** column name */
  | 'invocation_id'
  /** column name */
  | 'job_function_name'
  /** column name */
  | 'job_name'
  /** column name */
  | 'job_options'
  /** column name */
  | 'result'
  /** column name */
  | 'row_version'
  /** column name */
  | 'status'
  /** column name */
  | 'store_id'
  /** column name */
  | 'updated_at';

export type job_logs_aggregate_bool_exp = {
  count?: job_logs_aggregate_bool_exp_count | null | undefined;
};

export type job_logs_aggregate_bool_exp_count = {
  arguments?: Array<job_logs_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

/** Boolean expression to filter rows from the table "job_logs". All fields are combined with a logical 'AND'. */
export type job_logs_bool_exp = {
  _and?: Array<job_logs_bool_exp> | null | undefined;
  _not?: job_logs_bool_exp | null | undefined;
  _or?: Array<job_logs_bool_exp> | null | undefined;
  created_at?: timestamptz_comparison_exp | null | undefined;
  data?: jsonb_comparison_exp | null | undefined;
  id?: uuid_comparison_exp | null | undefined;
  invocation_id?: uuid_comparison_exp | null | undefined;
  job_execution?: job_executions_bool_exp | null | undefined;
  job_execution_id?: uuid_comparison_exp | null | undefined;
  level?: String_comparison_exp | null | undefined;
  line_number?: Int_comparison_exp | null | undefined;
  message?: String_comparison_exp | null | undefined;
  row_version?: bigint_comparison_exp | null | undefined;
  sequence?: Int_comparison_exp | null | undefined;
  source?: String_comparison_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
};

/** select columns of table "job_logs" */
export type job_logs_select_column =
  /** column name */
  | 'created_at'
  /** column name */
  | 'data'
  /** column name */
  | 'id'
  /** column name */
  | 'invocation_id'
  /** column name */
  | 'job_execution_id'
  /** column name */
  | 'level'
  /** column name */
  | 'line_number'
  /** column name */
  | 'message'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence'
  /** column name */
  | 'source'
  /** column name */
  | 'store_id';

export type jsonb_cast_exp = {
  String?: String_comparison_exp | null | undefined;
};

/** Boolean expression to compare columns of type "jsonb". All fields are combined with logical 'AND'. */
export type jsonb_comparison_exp = {
  _cast?: jsonb_cast_exp | null | undefined;
  /** is the column contained in the given json value */
  _contained_in?: import("~/api/json").Json | null | undefined;
  /** does the column contain the given json value at the top level */
  _contains?: import("~/api/json").Json | null | undefined;
  _eq?: import("~/api/json").Json | null | undefined;
  _gt?: import("~/api/json").Json | null | undefined;
  _gte?: import("~/api/json").Json | null | undefined;
  /** does the string exist as a top-level key in the column */
  _has_key?: string | null | undefined;
  /** do all of these strings exist as top-level keys in the column */
  _has_keys_all?: Array<string> | null | undefined;
  /** do any of these strings exist as top-level keys in the column */
  _has_keys_any?: Array<string> | null | undefined;
  _in?: Array<import("~/api/json").Json> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: import("~/api/json").Json | null | undefined;
  _lte?: import("~/api/json").Json | null | undefined;
  _neq?: import("~/api/json").Json | null | undefined;
  _nin?: Array<import("~/api/json").Json> | null | undefined;
};

/** Boolean expression to compare columns of type "numeric". All fields are combined with logical 'AND'. */
export type numeric_comparison_exp = {
  _eq?: number | null | undefined;
  _gt?: number | null | undefined;
  _gte?: number | null | undefined;
  _in?: Array<number> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: number | null | undefined;
  _lte?: number | null | undefined;
  _neq?: number | null | undefined;
  _nin?: Array<number> | null | undefined;
};

/** Boolean expression to compare columns of type "timestamptz". All fields are combined with logical 'AND'. */
export type timestamptz_comparison_exp = {
  _eq?: string | null | undefined;
  _gt?: string | null | undefined;
  _gte?: string | null | undefined;
  _in?: Array<string> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: string | null | undefined;
  _lte?: string | null | undefined;
  _neq?: string | null | undefined;
  _nin?: Array<string> | null | undefined;
};

/** Boolean expression to compare columns of type "uuid". All fields are combined with logical 'AND'. */
export type uuid_comparison_exp = {
  _eq?: string | null | undefined;
  _gt?: string | null | undefined;
  _gte?: string | null | undefined;
  _in?: Array<string> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: string | null | undefined;
  _lte?: string | null | undefined;
  _neq?: string | null | undefined;
  _nin?: Array<string> | null | undefined;
};

export type OverviewTotalsQueryVariables = Exact<{
  range: invocations_bool_exp;
}>;


export type OverviewTotalsQuery = { invocations_aggregate: { group_by: Array<{ group_key: { status: string | null }, aggregate: { count: number } }> } };

export type OverviewDurationsQueryVariables = Exact<{
  range: invocations_bool_exp;
}>;


export type OverviewDurationsQuery = { invocations_aggregate: { group_by: Array<{ group_key: { total_duration_ms: number | null }, aggregate: { count: number } }> } };

export type OverviewFineBucketQueryVariables = Exact<{
  range: invocations_bool_exp;
}>;


export type OverviewFineBucketQuery = { invocations_aggregate: { group_by: Array<{ group_key: { status: string | null, total_duration_ms: number | null }, aggregate: { count: number } }> } };

export type OverviewHourlyQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type OverviewHourlyQuery = { dashboard_stats: Array<{ hour_bucket: string | null, total_invocations: number | null, avg_duration_ms: number | null, p95_duration_ms: number | null, max_duration_ms: number | null }> };

export type OverviewRunningQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewRunningQuery = { invocations_aggregate: { aggregate: { count: number } | null }, invocations: Array<{ id: string, source_function: string, source_table: string | null, source_operation: string | null, created_at: string }> };

export type OverviewJobsQueryVariables = Exact<{
  range: job_executions_bool_exp;
}>;


export type OverviewJobsQuery = { job_executions_aggregate: { group_by: Array<{ group_key: { job_name: string | null, status: string | null }, aggregate: { count: number, sum: { duration_ms: number | null } | null, max: { duration_ms: number | null } | null } }> } };

export type OverviewFailuresQueryVariables = Exact<{
  range: invocations_bool_exp;
}>;


export type OverviewFailuresQuery = { invocations: Array<{ id: string, source_function: string, created_at: string, status: string, error_message: string | null, job_executions: Array<{ job_name: string, error_message: string | null }>, event_executions: Array<{ event_name: string, detection_error: string | null, handler_error: string | null }> }> };

export type OverviewFleetQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewFleetQuery = { replication_stores: Array<{ store_id: string, host_label: string, last_seen_at: string, sent_at: string | null, pending_changes: number | null, dead_letters_aggregate: { aggregate: { count: number } | null } }> };

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
    job_executions(
      where: {status: {_in: ["failed", "crashed"]}}
      order_by: {created_at: asc}
      limit: 1
    ) {
      job_name
      error_message
    }
    event_executions(
      where: {status: {_in: ["failed", "detection_failed", "handler_failed", "crashed"]}}
      order_by: {created_at: asc}
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
    sent_at
    pending_changes
    dead_letters_aggregate {
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewFleetQuery, OverviewFleetQueryVariables>;