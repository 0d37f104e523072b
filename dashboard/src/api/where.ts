/** A boolean expression of the GraphQL schema. */
export type Where = { [key: string]: unknown };
