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

export type event_executions_aggregate_order_by = {
  count?: order_by | null | undefined;
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

export type event_executions_order_by = {
  completed_at?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  detected?: order_by | null | undefined;
  detection_duration_ms?: order_by | null | undefined;
  detection_error?: order_by | null | undefined;
  detection_error_stack?: order_by | null | undefined;
  event_module_path?: order_by | null | undefined;
  event_name?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  handler_error?: order_by | null | undefined;
  handler_error_stack?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation?: invocations_order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  job_executions_aggregate?: job_executions_aggregate_order_by | null | undefined;
  job_success_rate?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  status?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
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

export type invocations_aggregate_order_by = {
  count?: order_by | null | undefined;
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

export type invocations_order_by = {
  auto_load_modules?: order_by | null | undefined;
  avg_job_duration?: order_by | null | undefined;
  completed_at?: order_by | null | undefined;
  context_data?: order_by | null | undefined;
  correlated_invocations_aggregate?: invocations_aggregate_order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  error_message?: order_by | null | undefined;
  error_stack?: order_by | null | undefined;
  event_executions_aggregate?: event_executions_aggregate_order_by | null | undefined;
  event_modules_directory?: order_by | null | undefined;
  events_detected_count?: order_by | null | undefined;
  id?: order_by | null | undefined;
  job_executions_aggregate?: job_executions_aggregate_order_by | null | undefined;
  source_event_id?: order_by | null | undefined;
  source_event_payload?: order_by | null | undefined;
  source_event_time?: order_by | null | undefined;
  source_function?: order_by | null | undefined;
  source_job_execution?: job_executions_order_by | null | undefined;
  source_job_id?: order_by | null | undefined;
  source_operation?: order_by | null | undefined;
  source_system?: order_by | null | undefined;
  source_table?: order_by | null | undefined;
  source_user_email?: order_by | null | undefined;
  source_user_role?: order_by | null | undefined;
  status?: order_by | null | undefined;
  success_rate?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
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

export type job_executions_aggregate_order_by = {
  count?: order_by | null | undefined;
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

export type job_executions_order_by = {
  completed_at?: order_by | null | undefined;
  console_logs?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  duration_ms?: order_by | null | undefined;
  error_message?: order_by | null | undefined;
  error_stack?: order_by | null | undefined;
  event_execution?: event_executions_order_by | null | undefined;
  event_execution_id?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation?: invocations_order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  job_function_name?: order_by | null | undefined;
  job_name?: order_by | null | undefined;
  job_options?: order_by | null | undefined;
  logs_aggregate?: job_logs_aggregate_order_by | null | undefined;
  result?: order_by | null | undefined;
  status?: order_by | null | undefined;
  triggered_invocations_aggregate?: invocations_aggregate_order_by | null | undefined;
  updated_at?: order_by | null | undefined;
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

export type job_logs_aggregate_order_by = {
  count?: order_by | null | undefined;
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

export type order_by =
  | 'asc'
  | 'asc_nulls_first'
  | 'asc_nulls_last'
  | 'desc'
  | 'desc_nulls_first'
  | 'desc_nulls_last';

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

export type InvocationRowFragment = { id: string, created_at: string, updated_at: string, completed_at: string | null, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_system: string | null, source_user_email: string | null, source_user_role: string | null, total_duration_ms: number | null, events_detected_count: number, total_jobs_run: number, total_jobs_succeeded: number, total_jobs_failed: number, status: string, error_message: string | null };

export type InvocationPageQueryVariables = Exact<{
  where: invocations_bool_exp;
  order_by: Array<invocations_order_by> | invocations_order_by;
  limit: number;
}>;


export type InvocationPageQuery = { invocations: Array<{ id: string, created_at: string, updated_at: string, completed_at: string | null, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_system: string | null, source_user_email: string | null, source_user_role: string | null, total_duration_ms: number | null, events_detected_count: number, total_jobs_run: number, total_jobs_succeeded: number, total_jobs_failed: number, status: string, error_message: string | null }> };

export type InvocationCountQueryVariables = Exact<{
  where: invocations_bool_exp;
}>;


export type InvocationCountQuery = { invocations_aggregate: { aggregate: { count: number } | null } };

export type InvocationTailSubscriptionVariables = Exact<{
  where: invocations_bool_exp;
  since: string;
}>;


export type InvocationTailSubscription = { invocations_stream: Array<{ id: string, created_at: string, updated_at: string, completed_at: string | null, correlation_id: string | null, source_function: string, source_table: string | null, source_operation: string | null, source_system: string | null, source_user_email: string | null, source_user_role: string | null, total_duration_ms: number | null, events_detected_count: number, total_jobs_run: number, total_jobs_succeeded: number, total_jobs_failed: number, status: string, error_message: string | null }> };

export type FunctionNamesQueryVariables = Exact<{
  range: invocations_bool_exp;
}>;


export type FunctionNamesQuery = { invocations_aggregate: { group_by: Array<{ group_key: { source_function: string | null }, aggregate: { count: number } }> } };

export type TableNamesQueryVariables = Exact<{
  range: invocations_bool_exp;
}>;


export type TableNamesQuery = { invocations_aggregate: { group_by: Array<{ group_key: { source_table: string | null }, aggregate: { count: number } }> } };

export type UserNamesQueryVariables = Exact<{
  range: invocations_bool_exp;
}>;


export type UserNamesQuery = { invocations_aggregate: { group_by: Array<{ group_key: { source_user_email: string | null }, aggregate: { count: number } }> } };

export type EventNamesQueryVariables = Exact<{
  range: event_executions_bool_exp;
}>;


export type EventNamesQuery = { event_executions_aggregate: { group_by: Array<{ group_key: { event_name: string | null }, aggregate: { count: number } }> } };

export type JobNamesQueryVariables = Exact<{
  range: job_executions_bool_exp;
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
}`) as unknown as TypedDocumentString<InvocationTailSubscription, InvocationTailSubscriptionVariables>;
export const FunctionNamesDocument = new TypedDocumentString(`
    query FunctionNames($range: invocations_bool_exp!) {
  invocations_aggregate(where: $range) {
    group_by(keys: [{column: source_function}]) {
      group_key {
        source_function
      }
      aggregate {
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FunctionNamesQuery, FunctionNamesQueryVariables>;
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