/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type RoleSchemaQueryVariables = Exact<{ [key: string]: never; }>;


export type RoleSchemaQuery = { __schema: { types: Array<{ name: string | null, fields: Array<{ name: string, type: { name: string | null, ofType: { name: string | null, ofType: { name: string | null, ofType: { name: string | null } | null } | null } | null } }> | null, inputFields: Array<{ name: string, type: { name: string | null, ofType: { name: string | null, ofType: { name: string | null, ofType: { name: string | null } | null } | null } | null } }> | null }> } };

export type NamedTypeFragment = { name: string | null, ofType: { name: string | null, ofType: { name: string | null, ofType: { name: string | null } | null } | null } | null };

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
export const NamedTypeFragmentDoc = new TypedDocumentString(`
    fragment NamedType on __Type {
  name
  ofType {
    name
    ofType {
      name
      ofType {
        name
      }
    }
  }
}
    `, {"fragmentName":"NamedType"}) as unknown as TypedDocumentString<NamedTypeFragment, unknown>;
export const RoleSchemaDocument = new TypedDocumentString(`
    query RoleSchema {
  __schema {
    types {
      name
      fields {
        name
        type {
          ...NamedType
        }
      }
      inputFields {
        name
        type {
          ...NamedType
        }
      }
    }
  }
}
    fragment NamedType on __Type {
  name
  ofType {
    name
    ofType {
      name
      ofType {
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<RoleSchemaQuery, RoleSchemaQueryVariables>;