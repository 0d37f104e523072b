export type Values = readonly (number | null | undefined)[];

/** Each series added to the ones before it, for stacked charts. */
export function stack(series: readonly Values[]): number[][] {
  const sums: number[] = [];
  return series.map((values) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0);
      return sums[index];
    }),
  );
}

/** The values of rows for every bucket of an axis, with `missing` for buckets without a row. */
export function onAxis<Row>(
  axis: readonly number[],
  rows: readonly Row[],
  bucketOf: (row: Row) => number,
  valueOf: (row: Row) => number | null | undefined,
  missing: number | null = 0,
): (number | null)[] {
  const found = new Map(rows.map((row) => [bucketOf(row), valueOf(row) ?? missing]));
  return axis.map((bucket) => found.get(bucket) ?? missing);
}
