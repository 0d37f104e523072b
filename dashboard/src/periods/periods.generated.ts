/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type RecordedSinceQueryVariables = Exact<{ [key: string]: never; }>;


export type RecordedSinceQuery = { invocations: Array<{ created_at: string }> };

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

export const RecordedSinceDocument = new TypedDocumentString(`
    query RecordedSince {
  invocations(
    where: {status: {_eq: "completed"}}
    order_by: [{created_at: asc}]
    limit: 1
  ) {
    created_at
  }
}
    `) as unknown as TypedDocumentString<RecordedSinceQuery, RecordedSinceQueryVariables>;