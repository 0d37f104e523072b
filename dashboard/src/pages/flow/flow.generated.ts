/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type FlowSizesQueryVariables = Exact<{
  where: Schema.invocations_bool_exp;
  limit: number;
}>;


export type FlowSizesQuery = { invocations: Array<{ created_at: string, total_jobs_run: number }> };

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

export const FlowSizesDocument = new TypedDocumentString(`
    query FlowSizes($where: invocations_bool_exp!, $limit: Int!) {
  invocations(where: $where, order_by: [{created_at: desc}], limit: $limit) {
    created_at
    total_jobs_run
  }
}
    `) as unknown as TypedDocumentString<FlowSizesQuery, FlowSizesQueryVariables>;
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