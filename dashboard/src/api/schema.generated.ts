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

/** Boolean expression to compare columns of type "Float". All fields are combined with logical 'AND'. */
export type Float_comparison_exp = {
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
  avg?: event_executions_aggregate_bool_exp_avg | null | undefined;
  bool_and?: event_executions_aggregate_bool_exp_bool_and | null | undefined;
  bool_or?: event_executions_aggregate_bool_exp_bool_or | null | undefined;
  corr?: event_executions_aggregate_bool_exp_corr | null | undefined;
  count?: event_executions_aggregate_bool_exp_count | null | undefined;
  covar_samp?: event_executions_aggregate_bool_exp_covar_samp | null | undefined;
  max?: event_executions_aggregate_bool_exp_max | null | undefined;
  min?: event_executions_aggregate_bool_exp_min | null | undefined;
  stddev_samp?: event_executions_aggregate_bool_exp_stddev_samp | null | undefined;
  sum?: event_executions_aggregate_bool_exp_sum | null | undefined;
  var_samp?: event_executions_aggregate_bool_exp_var_samp | null | undefined;
};

export type event_executions_aggregate_bool_exp_avg = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_avg_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type event_executions_aggregate_bool_exp_bool_and = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_bool_and_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: Boolean_comparison_exp;
};

export type event_executions_aggregate_bool_exp_bool_or = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_bool_or_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: Boolean_comparison_exp;
};

export type event_executions_aggregate_bool_exp_corr = {
  arguments: event_executions_aggregate_bool_exp_corr_arguments;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type event_executions_aggregate_bool_exp_corr_arguments = {
  X: event_executions_select_column_event_executions_aggregate_bool_exp_corr_arguments_columns;
  Y: event_executions_select_column_event_executions_aggregate_bool_exp_corr_arguments_columns;
};

export type event_executions_aggregate_bool_exp_count = {
  arguments?: Array<event_executions_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

export type event_executions_aggregate_bool_exp_covar_samp = {
  arguments: event_executions_aggregate_bool_exp_covar_samp_arguments;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type event_executions_aggregate_bool_exp_covar_samp_arguments = {
  X: event_executions_select_column_event_executions_aggregate_bool_exp_covar_samp_arguments_columns;
  Y: event_executions_select_column_event_executions_aggregate_bool_exp_covar_samp_arguments_columns;
};

export type event_executions_aggregate_bool_exp_max = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_max_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type event_executions_aggregate_bool_exp_min = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_min_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type event_executions_aggregate_bool_exp_stddev_samp = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_stddev_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type event_executions_aggregate_bool_exp_sum = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_sum_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type event_executions_aggregate_bool_exp_var_samp = {
  arguments: event_executions_select_column_event_executions_aggregate_bool_exp_var_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: event_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

/** order by aggregate values of table "event_executions" */
export type event_executions_aggregate_order_by = {
  avg?: event_executions_avg_order_by | null | undefined;
  count?: order_by | null | undefined;
  max?: event_executions_max_order_by | null | undefined;
  min?: event_executions_min_order_by | null | undefined;
  stddev?: event_executions_stddev_order_by | null | undefined;
  stddev_pop?: event_executions_stddev_pop_order_by | null | undefined;
  stddev_samp?: event_executions_stddev_samp_order_by | null | undefined;
  sum?: event_executions_sum_order_by | null | undefined;
  var_pop?: event_executions_var_pop_order_by | null | undefined;
  var_samp?: event_executions_var_samp_order_by | null | undefined;
  variance?: event_executions_variance_order_by | null | undefined;
};

/** order by avg() on columns of table "event_executions" */
export type event_executions_avg_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
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

/** order by max() on columns of table "event_executions" */
export type event_executions_max_order_by = {
  completed_at?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  detection_duration_ms?: order_by | null | undefined;
  detection_error?: order_by | null | undefined;
  detection_error_stack?: order_by | null | undefined;
  event_module_path?: order_by | null | undefined;
  event_name?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  handler_error?: order_by | null | undefined;
  handler_error_stack?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
};

/** order by min() on columns of table "event_executions" */
export type event_executions_min_order_by = {
  completed_at?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  detection_duration_ms?: order_by | null | undefined;
  detection_error?: order_by | null | undefined;
  detection_error_stack?: order_by | null | undefined;
  event_module_path?: order_by | null | undefined;
  event_name?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  handler_error?: order_by | null | undefined;
  handler_error_stack?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
};

/** Ordering options when selecting data from "event_executions". */
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
  row_version?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
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

/** select "event_executions_aggregate_bool_exp_avg_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_avg_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** select "event_executions_aggregate_bool_exp_bool_and_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_bool_and_arguments_columns =
  /** column name */
  | 'detected';

/** select "event_executions_aggregate_bool_exp_bool_or_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_bool_or_arguments_columns =
  /** column name */
  | 'detected';

/** select "event_executions_aggregate_bool_exp_corr_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_corr_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** select "event_executions_aggregate_bool_exp_covar_samp_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_covar_samp_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** select "event_executions_aggregate_bool_exp_max_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_max_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** select "event_executions_aggregate_bool_exp_min_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_min_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** select "event_executions_aggregate_bool_exp_stddev_samp_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_stddev_samp_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** select "event_executions_aggregate_bool_exp_sum_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_sum_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** select "event_executions_aggregate_bool_exp_var_samp_arguments_columns" columns of table "event_executions" */
export type event_executions_select_column_event_executions_aggregate_bool_exp_var_samp_arguments_columns =
  /** column name */
  | 'detection_duration_ms'
  /** column name */
  | 'handler_duration_ms'
  /** column name */
  | 'jobs_count'
  /** column name */
  | 'jobs_failed'
  /** column name */
  | 'jobs_succeeded'
  /** column name */
  | 'row_version';

/** order by stddev() on columns of table "event_executions" */
export type event_executions_stddev_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by stddev_pop() on columns of table "event_executions" */
export type event_executions_stddev_pop_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by stddev_samp() on columns of table "event_executions" */
export type event_executions_stddev_samp_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by sum() on columns of table "event_executions" */
export type event_executions_sum_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by var_pop() on columns of table "event_executions" */
export type event_executions_var_pop_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by var_samp() on columns of table "event_executions" */
export type event_executions_var_samp_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by variance() on columns of table "event_executions" */
export type event_executions_variance_order_by = {
  detection_duration_ms?: order_by | null | undefined;
  handler_duration_ms?: order_by | null | undefined;
  jobs_count?: order_by | null | undefined;
  jobs_failed?: order_by | null | undefined;
  jobs_succeeded?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** Boolean expression to compare columns of type "float8". All fields are combined with logical 'AND'. */
export type float8_comparison_exp = {
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

export type invocations_aggregate_bool_exp = {
  avg?: invocations_aggregate_bool_exp_avg | null | undefined;
  bool_and?: invocations_aggregate_bool_exp_bool_and | null | undefined;
  bool_or?: invocations_aggregate_bool_exp_bool_or | null | undefined;
  corr?: invocations_aggregate_bool_exp_corr | null | undefined;
  count?: invocations_aggregate_bool_exp_count | null | undefined;
  covar_samp?: invocations_aggregate_bool_exp_covar_samp | null | undefined;
  max?: invocations_aggregate_bool_exp_max | null | undefined;
  min?: invocations_aggregate_bool_exp_min | null | undefined;
  stddev_samp?: invocations_aggregate_bool_exp_stddev_samp | null | undefined;
  sum?: invocations_aggregate_bool_exp_sum | null | undefined;
  var_samp?: invocations_aggregate_bool_exp_var_samp | null | undefined;
};

export type invocations_aggregate_bool_exp_avg = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_avg_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type invocations_aggregate_bool_exp_bool_and = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_bool_and_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: Boolean_comparison_exp;
};

export type invocations_aggregate_bool_exp_bool_or = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_bool_or_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: Boolean_comparison_exp;
};

export type invocations_aggregate_bool_exp_corr = {
  arguments: invocations_aggregate_bool_exp_corr_arguments;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type invocations_aggregate_bool_exp_corr_arguments = {
  X: invocations_select_column_invocations_aggregate_bool_exp_corr_arguments_columns;
  Y: invocations_select_column_invocations_aggregate_bool_exp_corr_arguments_columns;
};

export type invocations_aggregate_bool_exp_count = {
  arguments?: Array<invocations_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

export type invocations_aggregate_bool_exp_covar_samp = {
  arguments: invocations_aggregate_bool_exp_covar_samp_arguments;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type invocations_aggregate_bool_exp_covar_samp_arguments = {
  X: invocations_select_column_invocations_aggregate_bool_exp_covar_samp_arguments_columns;
  Y: invocations_select_column_invocations_aggregate_bool_exp_covar_samp_arguments_columns;
};

export type invocations_aggregate_bool_exp_max = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_max_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type invocations_aggregate_bool_exp_min = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_min_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type invocations_aggregate_bool_exp_stddev_samp = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_stddev_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type invocations_aggregate_bool_exp_sum = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_sum_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type invocations_aggregate_bool_exp_var_samp = {
  arguments: invocations_select_column_invocations_aggregate_bool_exp_var_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: invocations_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

/** order by aggregate values of table "invocations" */
export type invocations_aggregate_order_by = {
  avg?: invocations_avg_order_by | null | undefined;
  count?: order_by | null | undefined;
  max?: invocations_max_order_by | null | undefined;
  min?: invocations_min_order_by | null | undefined;
  stddev?: invocations_stddev_order_by | null | undefined;
  stddev_pop?: invocations_stddev_pop_order_by | null | undefined;
  stddev_samp?: invocations_stddev_samp_order_by | null | undefined;
  sum?: invocations_sum_order_by | null | undefined;
  var_pop?: invocations_var_pop_order_by | null | undefined;
  var_samp?: invocations_var_samp_order_by | null | undefined;
  variance?: invocations_variance_order_by | null | undefined;
};

/** order by avg() on columns of table "invocations" */
export type invocations_avg_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
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

/** order by max() on columns of table "invocations" */
export type invocations_max_order_by = {
  completed_at?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  error_message?: order_by | null | undefined;
  error_stack?: order_by | null | undefined;
  event_modules_directory?: order_by | null | undefined;
  events_detected_count?: order_by | null | undefined;
  id?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  source_event_id?: order_by | null | undefined;
  source_event_id_text?: order_by | null | undefined;
  source_event_time?: order_by | null | undefined;
  source_function?: order_by | null | undefined;
  source_job_id?: order_by | null | undefined;
  source_operation?: order_by | null | undefined;
  source_system?: order_by | null | undefined;
  source_table?: order_by | null | undefined;
  source_user_email?: order_by | null | undefined;
  source_user_role?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
};

/** order by min() on columns of table "invocations" */
export type invocations_min_order_by = {
  completed_at?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  error_message?: order_by | null | undefined;
  error_stack?: order_by | null | undefined;
  event_modules_directory?: order_by | null | undefined;
  events_detected_count?: order_by | null | undefined;
  id?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  source_event_id?: order_by | null | undefined;
  source_event_id_text?: order_by | null | undefined;
  source_event_time?: order_by | null | undefined;
  source_function?: order_by | null | undefined;
  source_job_id?: order_by | null | undefined;
  source_operation?: order_by | null | undefined;
  source_system?: order_by | null | undefined;
  source_table?: order_by | null | undefined;
  source_user_email?: order_by | null | undefined;
  source_user_role?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
};

/** Ordering options when selecting data from "invocations". */
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
  hasura_event_id?: order_by | null | undefined;
  hasura_event_payload?: order_by | null | undefined;
  hasura_event_time?: order_by | null | undefined;
  hasura_user_email?: order_by | null | undefined;
  hasura_user_role?: order_by | null | undefined;
  id?: order_by | null | undefined;
  job_executions_aggregate?: job_executions_aggregate_order_by | null | undefined;
  row_version?: order_by | null | undefined;
  source_event_id?: order_by | null | undefined;
  source_event_id_text?: order_by | null | undefined;
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
  store_id?: order_by | null | undefined;
  success_rate?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
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

/** select "invocations_aggregate_bool_exp_avg_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_avg_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** select "invocations_aggregate_bool_exp_bool_and_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_bool_and_arguments_columns =
  /** column name */
  | 'auto_load_modules';

/** select "invocations_aggregate_bool_exp_bool_or_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_bool_or_arguments_columns =
  /** column name */
  | 'auto_load_modules';

/** select "invocations_aggregate_bool_exp_corr_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_corr_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** select "invocations_aggregate_bool_exp_covar_samp_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_covar_samp_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** select "invocations_aggregate_bool_exp_max_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_max_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** select "invocations_aggregate_bool_exp_min_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_min_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** select "invocations_aggregate_bool_exp_stddev_samp_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_stddev_samp_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** select "invocations_aggregate_bool_exp_sum_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_sum_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** select "invocations_aggregate_bool_exp_var_samp_arguments_columns" columns of table "invocations" */
export type invocations_select_column_invocations_aggregate_bool_exp_var_samp_arguments_columns =
  /** column name */
  | 'events_detected_count'
  /** column name */
  | 'row_version'
  /** column name */
  | 'total_duration_ms'
  /** column name */
  | 'total_jobs_failed'
  /** column name */
  | 'total_jobs_run'
  /** column name */
  | 'total_jobs_succeeded';

/** order by stddev() on columns of table "invocations" */
export type invocations_stddev_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
};

/** order by stddev_pop() on columns of table "invocations" */
export type invocations_stddev_pop_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
};

/** order by stddev_samp() on columns of table "invocations" */
export type invocations_stddev_samp_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
};

/** order by sum() on columns of table "invocations" */
export type invocations_sum_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
};

/** order by var_pop() on columns of table "invocations" */
export type invocations_var_pop_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
};

/** order by var_samp() on columns of table "invocations" */
export type invocations_var_samp_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
};

/** order by variance() on columns of table "invocations" */
export type invocations_variance_order_by = {
  events_detected_count?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  total_duration_ms?: order_by | null | undefined;
  total_jobs_failed?: order_by | null | undefined;
  total_jobs_run?: order_by | null | undefined;
  total_jobs_succeeded?: order_by | null | undefined;
};

export type job_executions_aggregate_bool_exp = {
  avg?: job_executions_aggregate_bool_exp_avg | null | undefined;
  corr?: job_executions_aggregate_bool_exp_corr | null | undefined;
  count?: job_executions_aggregate_bool_exp_count | null | undefined;
  covar_samp?: job_executions_aggregate_bool_exp_covar_samp | null | undefined;
  max?: job_executions_aggregate_bool_exp_max | null | undefined;
  min?: job_executions_aggregate_bool_exp_min | null | undefined;
  stddev_samp?: job_executions_aggregate_bool_exp_stddev_samp | null | undefined;
  sum?: job_executions_aggregate_bool_exp_sum | null | undefined;
  var_samp?: job_executions_aggregate_bool_exp_var_samp | null | undefined;
};

export type job_executions_aggregate_bool_exp_avg = {
  arguments: job_executions_select_column_job_executions_aggregate_bool_exp_avg_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_executions_aggregate_bool_exp_corr = {
  arguments: job_executions_aggregate_bool_exp_corr_arguments;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_executions_aggregate_bool_exp_corr_arguments = {
  X: job_executions_select_column_job_executions_aggregate_bool_exp_corr_arguments_columns;
  Y: job_executions_select_column_job_executions_aggregate_bool_exp_corr_arguments_columns;
};

export type job_executions_aggregate_bool_exp_count = {
  arguments?: Array<job_executions_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

export type job_executions_aggregate_bool_exp_covar_samp = {
  arguments: job_executions_aggregate_bool_exp_covar_samp_arguments;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_executions_aggregate_bool_exp_covar_samp_arguments = {
  X: job_executions_select_column_job_executions_aggregate_bool_exp_covar_samp_arguments_columns;
  Y: job_executions_select_column_job_executions_aggregate_bool_exp_covar_samp_arguments_columns;
};

export type job_executions_aggregate_bool_exp_max = {
  arguments: job_executions_select_column_job_executions_aggregate_bool_exp_max_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_executions_aggregate_bool_exp_min = {
  arguments: job_executions_select_column_job_executions_aggregate_bool_exp_min_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_executions_aggregate_bool_exp_stddev_samp = {
  arguments: job_executions_select_column_job_executions_aggregate_bool_exp_stddev_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_executions_aggregate_bool_exp_sum = {
  arguments: job_executions_select_column_job_executions_aggregate_bool_exp_sum_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_executions_aggregate_bool_exp_var_samp = {
  arguments: job_executions_select_column_job_executions_aggregate_bool_exp_var_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_executions_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

/** order by aggregate values of table "job_executions" */
export type job_executions_aggregate_order_by = {
  avg?: job_executions_avg_order_by | null | undefined;
  count?: order_by | null | undefined;
  max?: job_executions_max_order_by | null | undefined;
  min?: job_executions_min_order_by | null | undefined;
  stddev?: job_executions_stddev_order_by | null | undefined;
  stddev_pop?: job_executions_stddev_pop_order_by | null | undefined;
  stddev_samp?: job_executions_stddev_samp_order_by | null | undefined;
  sum?: job_executions_sum_order_by | null | undefined;
  var_pop?: job_executions_var_pop_order_by | null | undefined;
  var_samp?: job_executions_var_samp_order_by | null | undefined;
  variance?: job_executions_variance_order_by | null | undefined;
};

/** order by avg() on columns of table "job_executions" */
export type job_executions_avg_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
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

/** order by max() on columns of table "job_executions" */
export type job_executions_max_order_by = {
  completed_at?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  duration_ms?: order_by | null | undefined;
  error_message?: order_by | null | undefined;
  error_stack?: order_by | null | undefined;
  event_execution_id?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  job_function_name?: order_by | null | undefined;
  job_name?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
};

/** order by min() on columns of table "job_executions" */
export type job_executions_min_order_by = {
  completed_at?: order_by | null | undefined;
  correlation_id?: order_by | null | undefined;
  created_at?: order_by | null | undefined;
  duration_ms?: order_by | null | undefined;
  error_message?: order_by | null | undefined;
  error_stack?: order_by | null | undefined;
  event_execution_id?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  job_function_name?: order_by | null | undefined;
  job_name?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  updated_at?: order_by | null | undefined;
};

/** Ordering options when selecting data from "job_executions". */
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
  row_version?: order_by | null | undefined;
  status?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
  triggered_invocations_aggregate?: invocations_aggregate_order_by | null | undefined;
  updated_at?: order_by | null | undefined;
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

/** select "job_executions_aggregate_bool_exp_avg_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_avg_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** select "job_executions_aggregate_bool_exp_corr_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_corr_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** select "job_executions_aggregate_bool_exp_covar_samp_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_covar_samp_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** select "job_executions_aggregate_bool_exp_max_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_max_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** select "job_executions_aggregate_bool_exp_min_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_min_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** select "job_executions_aggregate_bool_exp_stddev_samp_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_stddev_samp_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** select "job_executions_aggregate_bool_exp_sum_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_sum_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** select "job_executions_aggregate_bool_exp_var_samp_arguments_columns" columns of table "job_executions" */
export type job_executions_select_column_job_executions_aggregate_bool_exp_var_samp_arguments_columns =
  /** column name */
  | 'duration_ms'
  /** column name */
  | 'row_version';

/** order by stddev() on columns of table "job_executions" */
export type job_executions_stddev_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by stddev_pop() on columns of table "job_executions" */
export type job_executions_stddev_pop_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by stddev_samp() on columns of table "job_executions" */
export type job_executions_stddev_samp_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by sum() on columns of table "job_executions" */
export type job_executions_sum_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by var_pop() on columns of table "job_executions" */
export type job_executions_var_pop_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by var_samp() on columns of table "job_executions" */
export type job_executions_var_samp_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

/** order by variance() on columns of table "job_executions" */
export type job_executions_variance_order_by = {
  duration_ms?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
};

export type job_logs_aggregate_bool_exp = {
  avg?: job_logs_aggregate_bool_exp_avg | null | undefined;
  corr?: job_logs_aggregate_bool_exp_corr | null | undefined;
  count?: job_logs_aggregate_bool_exp_count | null | undefined;
  covar_samp?: job_logs_aggregate_bool_exp_covar_samp | null | undefined;
  max?: job_logs_aggregate_bool_exp_max | null | undefined;
  min?: job_logs_aggregate_bool_exp_min | null | undefined;
  stddev_samp?: job_logs_aggregate_bool_exp_stddev_samp | null | undefined;
  sum?: job_logs_aggregate_bool_exp_sum | null | undefined;
  var_samp?: job_logs_aggregate_bool_exp_var_samp | null | undefined;
};

export type job_logs_aggregate_bool_exp_avg = {
  arguments: job_logs_select_column_job_logs_aggregate_bool_exp_avg_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_logs_aggregate_bool_exp_corr = {
  arguments: job_logs_aggregate_bool_exp_corr_arguments;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_logs_aggregate_bool_exp_corr_arguments = {
  X: job_logs_select_column_job_logs_aggregate_bool_exp_corr_arguments_columns;
  Y: job_logs_select_column_job_logs_aggregate_bool_exp_corr_arguments_columns;
};

export type job_logs_aggregate_bool_exp_count = {
  arguments?: Array<job_logs_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

export type job_logs_aggregate_bool_exp_covar_samp = {
  arguments: job_logs_aggregate_bool_exp_covar_samp_arguments;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_logs_aggregate_bool_exp_covar_samp_arguments = {
  X: job_logs_select_column_job_logs_aggregate_bool_exp_covar_samp_arguments_columns;
  Y: job_logs_select_column_job_logs_aggregate_bool_exp_covar_samp_arguments_columns;
};

export type job_logs_aggregate_bool_exp_max = {
  arguments: job_logs_select_column_job_logs_aggregate_bool_exp_max_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_logs_aggregate_bool_exp_min = {
  arguments: job_logs_select_column_job_logs_aggregate_bool_exp_min_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_logs_aggregate_bool_exp_stddev_samp = {
  arguments: job_logs_select_column_job_logs_aggregate_bool_exp_stddev_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_logs_aggregate_bool_exp_sum = {
  arguments: job_logs_select_column_job_logs_aggregate_bool_exp_sum_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type job_logs_aggregate_bool_exp_var_samp = {
  arguments: job_logs_select_column_job_logs_aggregate_bool_exp_var_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: job_logs_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

/** order by aggregate values of table "job_logs" */
export type job_logs_aggregate_order_by = {
  avg?: job_logs_avg_order_by | null | undefined;
  count?: order_by | null | undefined;
  max?: job_logs_max_order_by | null | undefined;
  min?: job_logs_min_order_by | null | undefined;
  stddev?: job_logs_stddev_order_by | null | undefined;
  stddev_pop?: job_logs_stddev_pop_order_by | null | undefined;
  stddev_samp?: job_logs_stddev_samp_order_by | null | undefined;
  sum?: job_logs_sum_order_by | null | undefined;
  var_pop?: job_logs_var_pop_order_by | null | undefined;
  var_samp?: job_logs_var_samp_order_by | null | undefined;
  variance?: job_logs_variance_order_by | null | undefined;
};

/** order by avg() on columns of table "job_logs" */
export type job_logs_avg_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
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

/** order by max() on columns of table "job_logs" */
export type job_logs_max_order_by = {
  created_at?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  job_execution_id?: order_by | null | undefined;
  level?: order_by | null | undefined;
  line_number?: order_by | null | undefined;
  message?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
  source?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
};

/** order by min() on columns of table "job_logs" */
export type job_logs_min_order_by = {
  created_at?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  job_execution_id?: order_by | null | undefined;
  level?: order_by | null | undefined;
  line_number?: order_by | null | undefined;
  message?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
  source?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
};

/** Ordering options when selecting data from "job_logs". */
export type job_logs_order_by = {
  created_at?: order_by | null | undefined;
  data?: order_by | null | undefined;
  id?: order_by | null | undefined;
  invocation_id?: order_by | null | undefined;
  job_execution?: job_executions_order_by | null | undefined;
  job_execution_id?: order_by | null | undefined;
  level?: order_by | null | undefined;
  line_number?: order_by | null | undefined;
  message?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
  source?: order_by | null | undefined;
  store_id?: order_by | null | undefined;
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

/** select "job_logs_aggregate_bool_exp_avg_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_avg_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** select "job_logs_aggregate_bool_exp_corr_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_corr_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** select "job_logs_aggregate_bool_exp_covar_samp_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_covar_samp_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** select "job_logs_aggregate_bool_exp_max_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_max_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** select "job_logs_aggregate_bool_exp_min_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_min_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** select "job_logs_aggregate_bool_exp_stddev_samp_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_stddev_samp_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** select "job_logs_aggregate_bool_exp_sum_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_sum_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** select "job_logs_aggregate_bool_exp_var_samp_arguments_columns" columns of table "job_logs" */
export type job_logs_select_column_job_logs_aggregate_bool_exp_var_samp_arguments_columns =
  /** column name */
  | 'line_number'
  /** column name */
  | 'row_version'
  /** column name */
  | 'sequence';

/** order by stddev() on columns of table "job_logs" */
export type job_logs_stddev_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
};

/** order by stddev_pop() on columns of table "job_logs" */
export type job_logs_stddev_pop_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
};

/** order by stddev_samp() on columns of table "job_logs" */
export type job_logs_stddev_samp_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
};

/** order by sum() on columns of table "job_logs" */
export type job_logs_sum_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
};

/** order by var_pop() on columns of table "job_logs" */
export type job_logs_var_pop_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
};

/** order by var_samp() on columns of table "job_logs" */
export type job_logs_var_samp_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
};

/** order by variance() on columns of table "job_logs" */
export type job_logs_variance_order_by = {
  line_number?: order_by | null | undefined;
  row_version?: order_by | null | undefined;
  sequence?: order_by | null | undefined;
};

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

/** Boolean expression to filter rows from the table "metrics_hourly". All fields are combined with a logical 'AND'. */
export type metrics_hourly_bool_exp = {
  _and?: Array<metrics_hourly_bool_exp> | null | undefined;
  _not?: metrics_hourly_bool_exp | null | undefined;
  _or?: Array<metrics_hourly_bool_exp> | null | undefined;
  avg_duration_ms?: numeric_comparison_exp | null | undefined;
  created_at?: timestamptz_comparison_exp | null | undefined;
  failed_invocations?: Int_comparison_exp | null | undefined;
  hour_bucket?: timestamptz_comparison_exp | null | undefined;
  id?: uuid_comparison_exp | null | undefined;
  max_duration_ms?: Int_comparison_exp | null | undefined;
  min_duration_ms?: Int_comparison_exp | null | undefined;
  most_failed_jobs?: jsonb_comparison_exp | null | undefined;
  p95_duration_ms?: numeric_comparison_exp | null | undefined;
  source_function?: String_comparison_exp | null | undefined;
  successful_invocations?: Int_comparison_exp | null | undefined;
  top_detected_events?: jsonb_comparison_exp | null | undefined;
  total_events_detected?: Int_comparison_exp | null | undefined;
  total_invocations?: Int_comparison_exp | null | undefined;
  total_jobs_run?: Int_comparison_exp | null | undefined;
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

/** column ordering options */
export type order_by =
  /** in ascending order, nulls last */
  | 'asc'
  /** in ascending order, nulls first */
  | 'asc_nulls_first'
  /** in ascending order, nulls last */
  | 'asc_nulls_last'
  /** in descending order, nulls first */
  | 'desc'
  /** in descending order, nulls first */
  | 'desc_nulls_first'
  /** in descending order, nulls last */
  | 'desc_nulls_last';

export type replication_batches_aggregate_bool_exp = {
  avg?: replication_batches_aggregate_bool_exp_avg | null | undefined;
  corr?: replication_batches_aggregate_bool_exp_corr | null | undefined;
  count?: replication_batches_aggregate_bool_exp_count | null | undefined;
  covar_samp?: replication_batches_aggregate_bool_exp_covar_samp | null | undefined;
  max?: replication_batches_aggregate_bool_exp_max | null | undefined;
  min?: replication_batches_aggregate_bool_exp_min | null | undefined;
  stddev_samp?: replication_batches_aggregate_bool_exp_stddev_samp | null | undefined;
  sum?: replication_batches_aggregate_bool_exp_sum | null | undefined;
  var_samp?: replication_batches_aggregate_bool_exp_var_samp | null | undefined;
};

export type replication_batches_aggregate_bool_exp_avg = {
  arguments: replication_batches_select_column_replication_batches_aggregate_bool_exp_avg_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_corr = {
  arguments: replication_batches_aggregate_bool_exp_corr_arguments;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_corr_arguments = {
  X: replication_batches_select_column_replication_batches_aggregate_bool_exp_corr_arguments_columns;
  Y: replication_batches_select_column_replication_batches_aggregate_bool_exp_corr_arguments_columns;
};

export type replication_batches_aggregate_bool_exp_count = {
  arguments?: Array<replication_batches_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_covar_samp = {
  arguments: replication_batches_aggregate_bool_exp_covar_samp_arguments;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_covar_samp_arguments = {
  X: replication_batches_select_column_replication_batches_aggregate_bool_exp_covar_samp_arguments_columns;
  Y: replication_batches_select_column_replication_batches_aggregate_bool_exp_covar_samp_arguments_columns;
};

export type replication_batches_aggregate_bool_exp_max = {
  arguments: replication_batches_select_column_replication_batches_aggregate_bool_exp_max_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_min = {
  arguments: replication_batches_select_column_replication_batches_aggregate_bool_exp_min_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_stddev_samp = {
  arguments: replication_batches_select_column_replication_batches_aggregate_bool_exp_stddev_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_sum = {
  arguments: replication_batches_select_column_replication_batches_aggregate_bool_exp_sum_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_batches_aggregate_bool_exp_var_samp = {
  arguments: replication_batches_select_column_replication_batches_aggregate_bool_exp_var_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

/** Boolean expression to filter rows from the table "replication_batches". All fields are combined with a logical 'AND'. */
export type replication_batches_bool_exp = {
  _and?: Array<replication_batches_bool_exp> | null | undefined;
  _not?: replication_batches_bool_exp | null | undefined;
  _or?: Array<replication_batches_bool_exp> | null | undefined;
  applied_at?: timestamptz_comparison_exp | null | undefined;
  apply_ms?: Int_comparison_exp | null | undefined;
  bytes?: bigint_comparison_exp | null | undefined;
  first_seq?: bigint_comparison_exp | null | undefined;
  last_seq?: bigint_comparison_exp | null | undefined;
  rows?: Int_comparison_exp | null | undefined;
  store?: replication_stores_bool_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
  times_applied?: Int_comparison_exp | null | undefined;
  via?: String_comparison_exp | null | undefined;
};

/** select columns of table "replication_batches" */
export type replication_batches_select_column =
  /** column name */
  | 'applied_at'
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'store_id'
  /** column name */
  | 'times_applied'
  /** column name */
  | 'via';

/** select "replication_batches_aggregate_bool_exp_avg_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_avg_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

/** select "replication_batches_aggregate_bool_exp_corr_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_corr_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

/** select "replication_batches_aggregate_bool_exp_covar_samp_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_covar_samp_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

/** select "replication_batches_aggregate_bool_exp_max_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_max_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

/** select "replication_batches_aggregate_bool_exp_min_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_min_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

/** select "replication_batches_aggregate_bool_exp_stddev_samp_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_stddev_samp_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

/** select "replication_batches_aggregate_bool_exp_sum_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_sum_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

/** select "replication_batches_aggregate_bool_exp_var_samp_arguments_columns" columns of table "replication_batches" */
export type replication_batches_select_column_replication_batches_aggregate_bool_exp_var_samp_arguments_columns =
  /** column name */
  | 'apply_ms'
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'rows'
  /** column name */
  | 'times_applied';

export type replication_dead_letters_aggregate_bool_exp = {
  avg?: replication_dead_letters_aggregate_bool_exp_avg | null | undefined;
  corr?: replication_dead_letters_aggregate_bool_exp_corr | null | undefined;
  count?: replication_dead_letters_aggregate_bool_exp_count | null | undefined;
  covar_samp?: replication_dead_letters_aggregate_bool_exp_covar_samp | null | undefined;
  max?: replication_dead_letters_aggregate_bool_exp_max | null | undefined;
  min?: replication_dead_letters_aggregate_bool_exp_min | null | undefined;
  stddev_samp?: replication_dead_letters_aggregate_bool_exp_stddev_samp | null | undefined;
  sum?: replication_dead_letters_aggregate_bool_exp_sum | null | undefined;
  var_samp?: replication_dead_letters_aggregate_bool_exp_var_samp | null | undefined;
};

export type replication_dead_letters_aggregate_bool_exp_avg = {
  arguments: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_avg_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_corr = {
  arguments: replication_dead_letters_aggregate_bool_exp_corr_arguments;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_corr_arguments = {
  X: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_corr_arguments_columns;
  Y: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_corr_arguments_columns;
};

export type replication_dead_letters_aggregate_bool_exp_count = {
  arguments?: Array<replication_dead_letters_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_covar_samp = {
  arguments: replication_dead_letters_aggregate_bool_exp_covar_samp_arguments;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_covar_samp_arguments = {
  X: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_covar_samp_arguments_columns;
  Y: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_covar_samp_arguments_columns;
};

export type replication_dead_letters_aggregate_bool_exp_max = {
  arguments: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_max_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_min = {
  arguments: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_min_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_stddev_samp = {
  arguments: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_stddev_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_sum = {
  arguments: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_sum_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_dead_letters_aggregate_bool_exp_var_samp = {
  arguments: replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_var_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

/** Boolean expression to filter rows from the table "replication_dead_letters". All fields are combined with a logical 'AND'. */
export type replication_dead_letters_bool_exp = {
  _and?: Array<replication_dead_letters_bool_exp> | null | undefined;
  _not?: replication_dead_letters_bool_exp | null | undefined;
  _or?: Array<replication_dead_letters_bool_exp> | null | undefined;
  attempts?: Int_comparison_exp | null | undefined;
  bytes?: Int_comparison_exp | null | undefined;
  error?: String_comparison_exp | null | undefined;
  first_failed_at?: timestamptz_comparison_exp | null | undefined;
  last_failed_at?: timestamptz_comparison_exp | null | undefined;
  row_id?: String_comparison_exp | null | undefined;
  row_version?: bigint_comparison_exp | null | undefined;
  store?: replication_stores_bool_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
  table_name?: String_comparison_exp | null | undefined;
  via?: String_comparison_exp | null | undefined;
};

/** select columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'error'
  /** column name */
  | 'first_failed_at'
  /** column name */
  | 'last_failed_at'
  /** column name */
  | 'row_id'
  /** column name */
  | 'row_version'
  /** column name */
  | 'store_id'
  /** column name */
  | 'table_name'
  /** column name */
  | 'via';

/** select "replication_dead_letters_aggregate_bool_exp_avg_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_avg_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

/** select "replication_dead_letters_aggregate_bool_exp_corr_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_corr_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

/** select "replication_dead_letters_aggregate_bool_exp_covar_samp_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_covar_samp_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

/** select "replication_dead_letters_aggregate_bool_exp_max_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_max_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

/** select "replication_dead_letters_aggregate_bool_exp_min_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_min_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

/** select "replication_dead_letters_aggregate_bool_exp_stddev_samp_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_stddev_samp_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

/** select "replication_dead_letters_aggregate_bool_exp_sum_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_sum_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

/** select "replication_dead_letters_aggregate_bool_exp_var_samp_arguments_columns" columns of table "replication_dead_letters" */
export type replication_dead_letters_select_column_replication_dead_letters_aggregate_bool_exp_var_samp_arguments_columns =
  /** column name */
  | 'attempts'
  /** column name */
  | 'bytes'
  /** column name */
  | 'row_version';

export type replication_inbox_aggregate_bool_exp = {
  avg?: replication_inbox_aggregate_bool_exp_avg | null | undefined;
  corr?: replication_inbox_aggregate_bool_exp_corr | null | undefined;
  count?: replication_inbox_aggregate_bool_exp_count | null | undefined;
  covar_samp?: replication_inbox_aggregate_bool_exp_covar_samp | null | undefined;
  max?: replication_inbox_aggregate_bool_exp_max | null | undefined;
  min?: replication_inbox_aggregate_bool_exp_min | null | undefined;
  stddev_samp?: replication_inbox_aggregate_bool_exp_stddev_samp | null | undefined;
  sum?: replication_inbox_aggregate_bool_exp_sum | null | undefined;
  var_samp?: replication_inbox_aggregate_bool_exp_var_samp | null | undefined;
};

export type replication_inbox_aggregate_bool_exp_avg = {
  arguments: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_avg_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_corr = {
  arguments: replication_inbox_aggregate_bool_exp_corr_arguments;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_corr_arguments = {
  X: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_corr_arguments_columns;
  Y: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_corr_arguments_columns;
};

export type replication_inbox_aggregate_bool_exp_count = {
  arguments?: Array<replication_inbox_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_covar_samp = {
  arguments: replication_inbox_aggregate_bool_exp_covar_samp_arguments;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_covar_samp_arguments = {
  X: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_covar_samp_arguments_columns;
  Y: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_covar_samp_arguments_columns;
};

export type replication_inbox_aggregate_bool_exp_max = {
  arguments: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_max_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_min = {
  arguments: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_min_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_stddev_samp = {
  arguments: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_stddev_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_sum = {
  arguments: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_sum_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

export type replication_inbox_aggregate_bool_exp_var_samp = {
  arguments: replication_inbox_select_column_replication_inbox_aggregate_bool_exp_var_samp_arguments_columns;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: float8_comparison_exp;
};

/** Boolean expression to filter rows from the table "replication_inbox". All fields are combined with a logical 'AND'. */
export type replication_inbox_bool_exp = {
  _and?: Array<replication_inbox_bool_exp> | null | undefined;
  _not?: replication_inbox_bool_exp | null | undefined;
  _or?: Array<replication_inbox_bool_exp> | null | undefined;
  bytes?: Int_comparison_exp | null | undefined;
  error?: String_comparison_exp | null | undefined;
  first_seq?: bigint_comparison_exp | null | undefined;
  id?: bigint_comparison_exp | null | undefined;
  last_seq?: bigint_comparison_exp | null | undefined;
  received_at?: timestamptz_comparison_exp | null | undefined;
  settled_at?: timestamptz_comparison_exp | null | undefined;
  state?: String_comparison_exp | null | undefined;
  store?: replication_stores_bool_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
};

/** select columns of table "replication_inbox" */
export type replication_inbox_select_column =
  /** column name */
  | 'bytes'
  /** column name */
  | 'error'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq'
  /** column name */
  | 'received_at'
  /** column name */
  | 'settled_at'
  /** column name */
  | 'state'
  /** column name */
  | 'store_id';

/** select "replication_inbox_aggregate_bool_exp_avg_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_avg_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** select "replication_inbox_aggregate_bool_exp_corr_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_corr_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** select "replication_inbox_aggregate_bool_exp_covar_samp_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_covar_samp_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** select "replication_inbox_aggregate_bool_exp_max_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_max_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** select "replication_inbox_aggregate_bool_exp_min_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_min_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** select "replication_inbox_aggregate_bool_exp_stddev_samp_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_stddev_samp_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** select "replication_inbox_aggregate_bool_exp_sum_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_sum_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** select "replication_inbox_aggregate_bool_exp_var_samp_arguments_columns" columns of table "replication_inbox" */
export type replication_inbox_select_column_replication_inbox_aggregate_bool_exp_var_samp_arguments_columns =
  /** column name */
  | 'bytes'
  /** column name */
  | 'first_seq'
  /** column name */
  | 'id'
  /** column name */
  | 'last_seq';

/** Boolean expression to filter rows from the table "replication_stores". All fields are combined with a logical 'AND'. */
export type replication_stores_bool_exp = {
  _and?: Array<replication_stores_bool_exp> | null | undefined;
  _not?: replication_stores_bool_exp | null | undefined;
  _or?: Array<replication_stores_bool_exp> | null | undefined;
  batches?: replication_batches_bool_exp | null | undefined;
  batches_aggregate?: replication_batches_aggregate_bool_exp | null | undefined;
  contact_interval_seconds?: Float_comparison_exp | null | undefined;
  dead_letters?: replication_dead_letters_bool_exp | null | undefined;
  dead_letters_aggregate?: replication_dead_letters_aggregate_bool_exp | null | undefined;
  first_seen_at?: timestamptz_comparison_exp | null | undefined;
  host_label?: String_comparison_exp | null | undefined;
  inbox?: replication_inbox_bool_exp | null | undefined;
  inbox_aggregate?: replication_inbox_aggregate_bool_exp | null | undefined;
  last_seen_at?: timestamptz_comparison_exp | null | undefined;
  last_seq?: bigint_comparison_exp | null | undefined;
  pending_changes?: bigint_comparison_exp | null | undefined;
  schema_version?: Int_comparison_exp | null | undefined;
  sent_at?: timestamptz_comparison_exp | null | undefined;
  store_id?: uuid_comparison_exp | null | undefined;
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
