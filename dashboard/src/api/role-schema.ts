import { createStore, useStore } from '~/hooks/store';
import { onSettingsChange } from '~/settings/settings';
import type { RoleSchemaQuery } from './role-schema.generated';
import type { Where } from './where';

// A role may see less than the queries of the pages ask for. The server then refuses the whole query, so its schema is
// asked for once, and queries and conditions are sent without what is not there. Who sees everything never pays for it.

/** The members of each type, with the names of their own types. */
export type RoleSchema = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface TypeReference {
  name: string | null;
  ofType?: TypeReference | null;
}

const innermost = (type: TypeReference): string => type.name ?? (type.ofType ? innermost(type.ofType) : '');

export const readRoleSchema = ({ __schema }: RoleSchemaQuery): RoleSchema =>
  new Map(
    __schema.types.map(({ name, fields, inputFields }) => [
      name ?? '',
      new Map([...(fields ?? []), ...(inputFields ?? [])].map((member) => [member.name, innermost(member.type)])),
    ]),
  );

const known = createStore<RoleSchema | undefined>(undefined);
let loading: Promise<RoleSchema> | undefined;

onSettingsChange(() => {
  loading = undefined;
  known.set(undefined);
});

/** Undefined as long as the server has refused nothing. */
export const currentRoleSchema = known.get;

/** Asks once; after a failure, again. */
export function loadRoleSchema(ask: () => Promise<RoleSchemaQuery>): Promise<RoleSchema> {
  if (loading) return loading;
  const asked = ask().then(readRoleSchema);
  loading = asked;
  asked.then(
    (schema) => loading === asked && known.set(schema),
    () => loading === asked && (loading = undefined),
  );
  return asked;
}

export const useRoleSchema = () => useStore(known);

/** Whether the role sees a field of a type. It is expected to, as long as the server does not refuse it. */
export function useSees(type: string, field: string): boolean {
  const schema = useRoleSchema();
  return schema?.get(type)?.has(field) ?? true;
}

/**
 * A condition of the type without what the role does not see: a comparison with that never holds. Undefined if the whole
 * condition never does.
 */
export function seenWhere(where: Where, type: string, schema: RoleSchema): Where | undefined {
  const members = schema.get(type);
  const seen: Where = {};
  for (const [key, value] of Object.entries(where)) {
    if (key === '_and' || key === '_or') {
      const all = value as Where[];
      const parts = all.map((part) => seenWhere(part, type, schema)).filter((part) => part !== undefined);
      if (key === '_and' ? parts.length < all.length : parts.length === 0) return undefined;
      seen[key] = parts;
      continue;
    }
    if (key === '_not') {
      const inner = seenWhere(value as Where, type, schema);
      if (inner) seen[key] = inner;
      continue;
    }
    const of = members?.get(key);
    if (of === undefined) return undefined;
    const inner = of.endsWith('_bool_exp') ? seenWhere(value as Where, of, schema) : value;
    if (inner === undefined) return undefined;
    seen[key] = inner;
  }
  return seen;
}
