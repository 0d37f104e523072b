/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../api/schema.generated';

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type FunctionNamesQueryVariables = Exact<{
  range: Schema.invocations_bool_exp;
}>;


export type FunctionNamesQuery = { invocations_aggregate: { group_by: Array<{ group_key: { source_function: string | null }, aggregate: { count: number } }> } };

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