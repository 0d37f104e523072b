import { Kind, parse, print, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode, type TypeNode } from 'graphql';
import { seenWhere, type RoleSchema } from './role-schema';
import type { Where } from './where';

// Loaded only for a role that sees less than a query asks for.

/** What is missing in each object of a result, by its key: a value, or what is missing further down. */
type Missing = Map<string, null | readonly [] | Missing>;

export interface FittedDocument {
  query: string;
  /** Adds what was left out of the query: null, or no rows. */
  complete: <Result>(result: Result) => Result;
  /** Without what the role does not see. */
  variables: (variables: object) => object;
}

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

/** In our schema, a relationship to many rows has a name in the plural. */
const absent = ({ name, selectionSet }: FieldNode) => (selectionSet && name.value.endsWith('s') ? ([] as const) : null);

function fill(value: unknown, missing: Missing): void {
  if (Array.isArray(value)) return value.forEach((item) => fill(item, missing));
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, unknown>;
  for (const [key, what] of missing) {
    if (what instanceof Map) fill(object[key], what);
    else object[key] = what;
  }
}

/** The operation without the fields that do not exist in the schema. Root fields stay: without them nothing is asked. */
export function fitDocument(query: string, schema: RoleSchema): FittedDocument {
  const document = parse(query, { noLocation: true });
  const fragments = new Map(
    document.definitions.filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );

  function fitField(field: FieldNode, type: string, missing: Missing): FieldNode | undefined {
    const key = field.alias?.value ?? field.name.value;
    const of = schema.get(type)?.get(field.name.value);
    if (of === undefined && field.name.value !== '__typename' && !type.endsWith('_root')) {
      missing.set(key, absent(field));
      return undefined;
    }
    if (!field.selectionSet || of === undefined) return field;
    const below = missing.get(key);
    const further: Missing = below instanceof Map ? below : new Map();
    const selectionSet = fitSelections(field.selectionSet, of, further);
    if (further.size > 0) missing.set(key, further);
    return { ...field, selectionSet };
  }

  function fitSelection(selection: SelectionNode, type: string, missing: Missing): SelectionNode | undefined {
    if (selection.kind === Kind.FIELD) return fitField(selection, type, missing);
    const { selectionSet } = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)! : selection;
    return { kind: Kind.INLINE_FRAGMENT, directives: selection.directives, selectionSet: fitSelections(selectionSet, type, missing) };
  }

  function fitSelections(set: SelectionSetNode, type: string, missing: Missing): SelectionSetNode {
    const selections = set.selections.map((one) => fitSelection(one, type, missing)).filter((one) => one !== undefined);
    if (selections.length > 0) return { ...set, selections };
    return { ...set, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] };
  }

  const operation = document.definitions.find((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION)!;
  const missing: Missing = new Map();
  const selectionSet = fitSelections(operation.selectionSet, `${operation.operation}_root`, missing);
  const types = new Map(operation.variableDefinitions?.map(({ variable, type }) => [variable.name.value, namedType(type)]));
  return {
    query: print({ ...operation, selectionSet }),
    complete(result) {
      fill(result, missing);
      return result;
    },
    variables: (given) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name, seenValue(value, types.get(name) ?? '', schema)])),
  };
}

/** The value of a variable. */
function seenValue(value: unknown, type: string, schema: RoleSchema): unknown {
  if (type.endsWith('_bool_exp')) return seenWhere(value as Where, type, schema) ?? { _or: [] };
  if (!type.endsWith('_order_by')) return value;
  const seenOrder = (order: object) => Object.fromEntries(Object.entries(order).filter(([column]) => schema.get(type)?.has(column)));
  return Array.isArray(value) ? value.map(seenOrder) : seenOrder(value as object);
}
