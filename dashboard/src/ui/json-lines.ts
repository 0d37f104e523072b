import { isContainer, type Json } from '~/api/json';

/** One line of a JSON document as it is shown. */
export interface JsonLine {
  /** '$.user.names[0]' */
  path: string;
  depth: number;
  key?: string;
  value: Json;
  /** Undefined for a value without members. */
  open?: boolean;
  matches: boolean;
}

export const entriesOf = (value: Json): [string, Json][] =>
  Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : isContainer(value)
      ? Object.entries(value)
      : [];

export const childPath = (path: string, parent: Json, key: string) =>
  Array.isArray(parent) ? `${path}[${key}]`
  : /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}`
  : `${path}[${JSON.stringify(key)}]`;

function matchesItself(key: string | undefined, value: Json, text: string): boolean {
  if (!text) return false;
  if (key?.toLowerCase().includes(text)) return true;
  return !isContainer(value) && String(value).toLowerCase().includes(text);
}

/**
 * The lines of a document. `isOpen` decides whether an object or array is open. During a search, everything
 * with a match inside is open.
 */
export function jsonLines(root: Json, isOpen: (path: string, depth: number) => boolean, search = ''): JsonLine[] {
  const text = search.trim().toLowerCase();
  const lines: JsonLine[] = [];

  // Returns whether it or anything inside it matches.
  const visit = (value: Json, path: string, depth: number, key: string | undefined): boolean => {
    const entries = entriesOf(value);
    const matches = matchesItself(key, value, text);
    const line: JsonLine = { path, depth, key, value, matches };
    lines.push(line);
    if (entries.length === 0) return matches;

    const before = lines.length;
    let found = false;
    line.open = isOpen(path, depth);
    if (line.open || text) {
      for (const [childKey, child] of entries) {
        const name = Array.isArray(value) ? undefined : childKey;
        if (visit(child, childPath(path, value, childKey), depth + 1, name)) found = true;
      }
    }
    line.open ||= found;
    if (!line.open) lines.length = before;
    return matches || found;
  };

  visit(root, '$', 0, undefined);
  return lines;
}
