/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

export type replication_batches_aggregate_bool_exp = {
  count?: replication_batches_aggregate_bool_exp_count | null | undefined;
};

export type replication_batches_aggregate_bool_exp_count = {
  arguments?: Array<replication_batches_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: replication_batches_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
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

export type replication_dead_letters_aggregate_bool_exp = {
  count?: replication_dead_letters_aggregate_bool_exp_count | null | undefined;
};

export type replication_dead_letters_aggregate_bool_exp_count = {
  arguments?: Array<replication_dead_letters_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: replication_dead_letters_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
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

export type replication_inbox_aggregate_bool_exp = {
  count?: replication_inbox_aggregate_bool_exp_count | null | undefined;
};

export type replication_inbox_aggregate_bool_exp_count = {
  arguments?: Array<replication_inbox_select_column> | null | undefined;
  distinct?: boolean | null | undefined;
  filter?: replication_inbox_bool_exp | null | undefined;
  predicate: Int_comparison_exp;
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

/** Boolean expression to filter rows from the table "replication_stores". All fields are combined with a logical 'AND'. */
export type replication_stores_bool_exp = {
  _and?: Array<replication_stores_bool_exp> | null | undefined;
  _not?: replication_stores_bool_exp | null | undefined;
  _or?: Array<replication_stores_bool_exp> | null | undefined;
  batches?: replication_batches_bool_exp | null | undefined;
  batches_aggregate?: replication_batches_aggregate_bool_exp | null | undefined;
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

export type ReplicationStoresQueryVariables = Exact<{ [key: string]: never; }>;


export type ReplicationStoresQuery = { replication_stores: Array<{ store_id: string, host_label: string, first_seen_at: string, last_seen_at: string, sent_at: string | null, pending_changes: number | null, last_seq: number, schema_version: number, dead_letters_aggregate: { aggregate: { count: number } | null } }>, replication_inbox_aggregate: { group_by: Array<{ group_key: { store_id: string | null, state: string | null }, aggregate: { count: number, sum: { bytes: number | null } | null, min: { received_at: string | null } | null } }> } };

export type ReplicationBatchesQueryVariables = Exact<{
  where: replication_batches_bool_exp;
  limit: number;
}>;


export type ReplicationBatchesQuery = { replication_batches: Array<{ store_id: string, first_seq: number, last_seq: number, applied_at: string, rows: number, bytes: number, via: string, times_applied: number, apply_ms: number | null, store: { host_label: string } | null }>, replication_batches_aggregate: { aggregate: { count: number, sum: { rows: number | null, bytes: number | null } | null, avg: { apply_ms: number | null } | null } | null } };

export type ReplicationBucketQueryVariables = Exact<{
  where: replication_batches_bool_exp;
}>;


export type ReplicationBucketQuery = { replication_batches_aggregate: { aggregate: { count: number, sum: { rows: number | null, bytes: number | null } | null, avg: { apply_ms: number | null } | null } | null } };

export type ReplicationDeadLettersQueryVariables = Exact<{
  limit: number;
}>;


export type ReplicationDeadLettersQuery = { replication_dead_letters: Array<{ store_id: string | null, table_name: string | null, row_id: string | null, row_version: number | null, error: string | null, attempts: number | null, via: string | null, bytes: number | null, first_failed_at: string | null, last_failed_at: string | null, store: { host_label: string } | null }>, replication_dead_letters_aggregate: { aggregate: { count: number } | null } };

export type ReplicationInboxQueryVariables = Exact<{
  limit: number;
}>;


export type ReplicationInboxQuery = { replication_inbox: Array<{ id: number | null, state: string | null, first_seq: number | null, last_seq: number | null, bytes: number | null, received_at: string | null, error: string | null, store: { host_label: string } | null }> };

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

export const ReplicationStoresDocument = new TypedDocumentString(`
    query ReplicationStores {
  replication_stores(order_by: {host_label: asc}) {
    store_id
    host_label
    first_seen_at
    last_seen_at
    sent_at
    pending_changes
    last_seq
    schema_version
    dead_letters_aggregate {
      aggregate {
        count
      }
    }
  }
  replication_inbox_aggregate {
    group_by(keys: [{column: store_id}, {column: state}]) {
      group_key {
        store_id
        state
      }
      aggregate {
        count
        sum {
          bytes
        }
        min {
          received_at
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReplicationStoresQuery, ReplicationStoresQueryVariables>;
export const ReplicationBatchesDocument = new TypedDocumentString(`
    query ReplicationBatches($where: replication_batches_bool_exp!, $limit: Int!) {
  replication_batches(
    where: $where
    order_by: [{applied_at: desc}, {store_id: asc}, {first_seq: desc}]
    limit: $limit
  ) {
    store_id
    first_seq
    last_seq
    applied_at
    rows
    bytes
    via
    times_applied
    apply_ms
    store {
      host_label
    }
  }
  replication_batches_aggregate(where: $where) {
    aggregate {
      count
      sum {
        rows
        bytes
      }
      avg {
        apply_ms
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReplicationBatchesQuery, ReplicationBatchesQueryVariables>;
export const ReplicationBucketDocument = new TypedDocumentString(`
    query ReplicationBucket($where: replication_batches_bool_exp!) {
  replication_batches_aggregate(where: $where) {
    aggregate {
      count
      sum {
        rows
        bytes
      }
      avg {
        apply_ms
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReplicationBucketQuery, ReplicationBucketQueryVariables>;
export const ReplicationDeadLettersDocument = new TypedDocumentString(`
    query ReplicationDeadLetters($limit: Int!) {
  replication_dead_letters(
    order_by: [{last_failed_at: desc}, {row_id: asc}]
    limit: $limit
  ) {
    store_id
    table_name
    row_id
    row_version
    error
    attempts
    via
    bytes
    first_failed_at
    last_failed_at
    store {
      host_label
    }
  }
  replication_dead_letters_aggregate {
    aggregate {
      count
    }
  }
}
    `) as unknown as TypedDocumentString<ReplicationDeadLettersQuery, ReplicationDeadLettersQueryVariables>;
export const ReplicationInboxDocument = new TypedDocumentString(`
    query ReplicationInbox($limit: Int!) {
  replication_inbox(
    where: {state: {_neq: "applied"}}
    order_by: [{id: asc}]
    limit: $limit
  ) {
    id
    state
    first_seq
    last_seq
    bytes
    received_at
    error
    store {
      host_label
    }
  }
}
    `) as unknown as TypedDocumentString<ReplicationInboxQuery, ReplicationInboxQueryVariables>;