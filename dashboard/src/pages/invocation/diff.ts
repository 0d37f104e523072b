import { equalScalars, isContainer, type Json } from '~/api/json';
import { childPath } from '~/ui/json-lines';

export type ChangeKind = 'added' | 'removed' | 'changed' | 'same';

/** One place of two documents that are compared. */
export interface Change {
  /** '$.shipping_address.city' */
  path: string;
  kind: ChangeKind;
  before?: Json;
  after?: Json;
}

type Container = Json[] | { [key: string]: Json };

const isAlike = (a: Container, b: Container) => Array.isArray(a) === Array.isArray(b);

const get = (value: Container, key: string): Json | undefined =>
  Array.isArray(value) ? value[Number(key)] : Object.hasOwn(value, key) ? value[key] : undefined;

/** The keys of both: the old ones in their order, then the new ones. */
function keysOf(before: Container, after: Container): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

/** Whether two documents are equal, regardless of the order of keys. */
export function equalJson(a: Json, b: Json): boolean {
  if (!isContainer(a) || !isContainer(b)) return equalScalars(a, b);
  if (!isAlike(a, b)) return false;
  return keysOf(a, b).every((key) => {
    const [left, right] = [get(a, key), get(b, key)];
    return left !== undefined && right !== undefined && equalJson(left, right);
  });
}

/** Every path that differs, and equal ones down to where a side has no members. */
export function diffJson(before: Json | undefined, after: Json | undefined, path = '$'): Change[] {
  if (before === undefined) return after === undefined ? [] : [{ path, kind: 'added', after }];
  if (after === undefined) return [{ path, kind: 'removed', before }];
  if (isContainer(before) && isContainer(after) && isAlike(before, after)) {
    const keys = keysOf(before, after);
    if (keys.length === 0) return [{ path, kind: 'same', before, after }];
    return keys.flatMap((key) => diffJson(get(before, key), get(after, key), childPath(path, after, key)));
  }
  return [{ path, kind: equalJson(before, after) ? 'same' : 'changed', before, after }];
}
