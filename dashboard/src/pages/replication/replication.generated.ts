/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type ReplicationStoresQueryVariables = Exact<{ [key: string]: never; }>;


export type ReplicationStoresQuery = { replication_stores: Array<{ store_id: string, host_label: string, first_seen_at: string, last_seen_at: string, contact_interval_seconds: number | null, sent_at: string | null, pending_changes: number | null, last_seq: number, schema_version: number, dead_letters_aggregate: { aggregate: { count: number } | null } }>, replication_inbox_aggregate: { group_by: Array<{ group_key: { store_id: string | null, state: string | null }, aggregate: { count: number, sum: { bytes: number | null } | null, min: { received_at: string | null } | null } }> } };

export type ReplicationBatchesQueryVariables = Exact<{
  where: Schema.replication_batches_bool_exp;
  limit: number;
}>;


export type ReplicationBatchesQuery = { replication_batches: Array<{ store_id: string, first_seq: number, last_seq: number, applied_at: string, rows: number, bytes: number, via: string, times_applied: number, apply_ms: number | null, store: { host_label: string } | null }>, replication_batches_aggregate: { aggregate: { count: number, sum: { rows: number | null, bytes: number | null } | null, avg: { apply_ms: number | null } | null } | null } };

export type ReplicationBucketQueryVariables = Exact<{
  where: Schema.replication_batches_bool_exp;
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
    contact_interval_seconds
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