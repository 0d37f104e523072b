interface Group {
  group_key: object;
  aggregate: { count: number };
}

/** The answer to a query that groups one table by one column. */
export type Groups = { [root: string]: { group_by: readonly Group[] } };

/** The values of the column, most frequent first. */
export function topValues(result: Groups): string[] {
  return [...Object.values(result)[0]!.group_by]
    .sort((a, b) => b.aggregate.count - a.aggregate.count)
    .map(({ group_key }) => Object.values(group_key)[0] as string | null)
    .filter((value): value is string => Boolean(value))
    .slice(0, 100);
}
