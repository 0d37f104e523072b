/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

export type String_comparison_exp = {
  _eq?: string | null | undefined;
  _gt?: string | null | undefined;
  _gte?: string | null | undefined;
  _ilike?: string | null | undefined;
  _in?: Array<string> | null | undefined;
  _iregex?: string | null | undefined;
  _is_null?: boolean | null | undefined;
  _like?: string | null | undefined;
  _lt?: string | null | undefined;
  _lte?: string | null | undefined;
  _neq?: string | null | undefined;
  _nilike?: string | null | undefined;
  _nin?: Array<string> | null | undefined;
  _niregex?: string | null | undefined;
  _nlike?: string | null | undefined;
  _nregex?: string | null | undefined;
  _nsimilar?: string | null | undefined;
  _regex?: string | null | undefined;
  _similar?: string | null | undefined;
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
  status?: String_comparison_exp | null | undefined;
  updated_at?: timestamptz_comparison_exp | null | undefined;
};

export type event_executions_select_column =
  | 'completed_at'
  | 'correlation_id'
  | 'created_at'
  | 'detected'
  | 'detection_duration_ms'
  | 'detection_error'
  | 'detection_error_stack'
  | 'event_module_path'
  | 'event_name'
  | 'handler_duration_ms'
  | 'handler_error'
  | 'handler_error_stack'
  | 'id'
  | 'invocation_id'
  | 'job_success_rate'
  | 'jobs_count'
  | 'jobs_failed'
  | 'jobs_succeeded'
  | 'status'
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
  id?: uuid_comparison_exp | null | undefined;
  job_executions?: job_executions_bool_exp | null | undefined;
  job_executions_aggregate?: job_executions_aggregate_bool_exp | null | undefined;
  source_event_id?: uuid_comparison_exp | null | undefined;
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
  success_rate?: numeric_comparison_exp | null | undefined;
  total_duration_ms?: Int_comparison_exp | null | undefined;
  total_jobs_failed?: Int_comparison_exp | null | undefined;
  total_jobs_run?: Int_comparison_exp | null | undefined;
  total_jobs_succeeded?: Int_comparison_exp | null | undefined;
  updated_at?: timestamptz_comparison_exp | null | undefined;
};

export type invocations_select_column =
  | 'auto_load_modules'
  | 'avg_job_duration'
  | 'completed_at'
  | 'context_data'
  | 'correlation_id'
  | 'created_at'
  | 'error_message'
  | 'error_stack'
  | 'event_modules_directory'
  | 'events_detected_count'
  | 'id'
  | 'source_event_id'
  | 'source_event_payload'
  | 'source_event_time'
  | 'source_function'
  | 'source_job_id'
  | 'source_operation'
  | 'source_system'
  | 'source_table'
  | 'source_user_email'
  | 'source_user_role'
  | 'status'
  | 'success_rate'
  | 'total_duration_ms'
  | 'total_jobs_failed'
  | 'total_jobs_run'
  | 'total_jobs_succeeded'
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
  status?: String_comparison_exp | null | undefined;
  triggered_invocations?: invocations_bool_exp | null | undefined;
  triggered_invocations_aggregate?: invocations_aggregate_bool_exp | null | undefined;
  updated_at?: timestamptz_comparison_exp | null | undefined;
};

export type job_executions_select_column =
  | 'completed_at'
  | 'console_logs'
  | 'correlation_id'
  | 'created_at'
  | 'duration_ms'
  | 'error_message'
  | 'error_stack'
  | 'event_execution_id'
  | 'id'
  | 'invocation_id'
  | 'job_function_name'
  | 'job_name'
  | 'job_options'
  | 'result'
  | 'status'
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
  sequence?: Int_comparison_exp | null | undefined;
  source?: String_comparison_exp | null | undefined;
};

export type job_logs_select_column =
  | 'created_at'
  | 'data'
  | 'id'
  | 'invocation_id'
  | 'job_execution_id'
  | 'level'
  | 'line_number'
  | 'message'
  | 'sequence'
  | 'source';

export type jsonb_cast_exp = {
  String?: String_comparison_exp | null | undefined;
};

export type jsonb_comparison_exp = {
  _cast?: jsonb_cast_exp | null | undefined;
  _contained_in?: import("~/api/json").Json | null | undefined;
  _contains?: import("~/api/json").Json | null | undefined;
  _eq?: import("~/api/json").Json | null | undefined;
  _gt?: import("~/api/json").Json | null | undefined;
  _gte?: import("~/api/json").Json | null | undefined;
  _has_key?: string | null | undefined;
  _has_keys_all?: Array<string> | null | undefined;
  _has_keys_any?: Array<string> | null | undefined;
  _in?: Array<import("~/api/json").Json> | null | undefined;
  _is_null?: boolean | null | undefined;
  _lt?: import("~/api/json").Json | null | undefined;
  _lte?: import("~/api/json").Json | null | undefined;
  _neq?: import("~/api/json").Json | null | undefined;
  _nin?: Array<import("~/api/json").Json> | null | undefined;
};

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

export type FoundInvocationFragment = { id: string, created_at: string, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_user_email: string | null, total_duration_ms: number | null, status: string };

export type SearchInvocationsQueryVariables = Exact<{
  where: invocations_bool_exp;
}>;


export type SearchInvocationsQuery = { invocations: Array<{ id: string, created_at: string, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_user_email: string | null, total_duration_ms: number | null, status: string }> };

export type SearchJobsQueryVariables = Exact<{
  where: job_executions_bool_exp;
}>;


export type SearchJobsQuery = { job_executions: Array<{ id: string, invocation_id: string, job_name: string, status: string, created_at: string, duration_ms: number | null, error_message: string | null }> };

export type SearchEventsQueryVariables = Exact<{
  where: event_executions_bool_exp;
}>;


export type SearchEventsQuery = { event_executions: Array<{ id: string, invocation_id: string, event_name: string, status: string, created_at: string }> };

export type SearchLogsQueryVariables = Exact<{
  where: job_logs_bool_exp;
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
    query SearchInvocations($where: invocations_bool_exp!) {
  invocations(
    where: $where
    order_by: [{created_at: desc}, {id: desc}]
    limit: 50
  ) {
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
    query SearchJobs($where: job_executions_bool_exp!) {
  job_executions(
    where: $where
    order_by: [{created_at: desc}, {id: desc}]
    limit: 50
  ) {
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
    query SearchEvents($where: event_executions_bool_exp!) {
  event_executions(
    where: $where
    order_by: [{created_at: desc}, {id: desc}]
    limit: 50
  ) {
    id
    invocation_id
    event_name
    status
    created_at
  }
}
    `) as unknown as TypedDocumentString<SearchEventsQuery, SearchEventsQueryVariables>;
export const SearchLogsDocument = new TypedDocumentString(`
    query SearchLogs($where: job_logs_bool_exp!) {
  job_logs(where: $where, order_by: [{created_at: desc}, {id: desc}], limit: 50) {
    id
    invocation_id
    job_execution_id
    created_at
    level
    message
  }
}
    `) as unknown as TypedDocumentString<SearchLogsQuery, SearchLogsQueryVariables>;