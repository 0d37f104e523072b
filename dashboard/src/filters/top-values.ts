import { execute, type TypedDocument } from '~/api/client';
import type { Where } from '~/api/where';

interface Group {
  group_key: object;
  aggregate: { count: number };
}

/** A query that groups one table by one column, in a range of time. */
type GroupsDocument = TypedDocument<{ [root: string]: { group_by: readonly Group[] } }, { range: Where }>;

/** The values of a column in the range, most frequent first; none for a column without such a query. */
export async function topValues(document: unknown, createdAt: Where): Promise<string[]> {
  if (!document) return [];
  const result = await execute(document as GroupsDocument, { range: { created_at: createdAt } });
  return [...Object.values(result)[0]!.group_by]
    .sort((a, b) => b.aggregate.count - a.aggregate.count)
    .map(({ group_key }) => Object.values(group_key)[0] as string | null)
    .filter((value): value is string => Boolean(value))
    .slice(0, 100);
}
