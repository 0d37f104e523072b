/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type FlowVolumeQueryVariables = Exact<{
  invocations: Schema.invocations_bool_exp;
  jobs: Schema.job_executions_bool_exp;
}>;


export type FlowVolumeQuery = { invocations_aggregate: { aggregate: { count: number } | null }, job_executions_aggregate: { aggregate: { count: number } | null } };

export type FlowRunsQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
}>;


export type FlowRunsQuery = { invocations: Array<{ source_function: string, status: string, event_executions: Array<{ event_name: string, status: string, job_executions: Array<{ job_name: string, status: string, triggered_invocations: Array<{ source_function: string, status: string }> }> }> }> };

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

export const FlowVolumeDocument = new TypedDocumentString(`
    query FlowVolume($invocations: invocations_bool_exp!, $jobs: job_executions_bool_exp!) {
  invocations_aggregate(where: $invocations) {
    aggregate {
      count
    }
  }
  job_executions_aggregate(where: $jobs) {
    aggregate {
      count
    }
  }
}
    `) as unknown as TypedDocumentString<FlowVolumeQuery, FlowVolumeQueryVariables>;
export const FlowRunsDocument = new TypedDocumentString(`
    query FlowRuns($where: invocations_bool_exp!) {
  invocations(where: $where) {
    source_function
    status
    event_executions(where: {status: {_neq: "not_detected"}}) {
      event_name
      status
      job_executions {
        job_name
        status
        triggered_invocations {
          source_function
          status
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FlowRunsQuery, FlowRunsQueryVariables>;