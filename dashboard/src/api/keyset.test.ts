import { describe, expect, it } from 'vitest';
import type { Where } from '~/api/where';
import { keysetAfter, keysetOrderBy, keysetPage, type KeysetOrder } from './keyset';

type Row = { id: string; at: number; ms: number | null };

/** A small stand-in for the database: enough of its expressions to walk through all pages. */
function holds(where: Where, row: Record<string, unknown>): boolean {
  return Object.entries(where).every(([key, value]) => {
    if (key === '_and') return (value as Where[]).every((one) => holds(one, row));
    if (key === '_or') return (value as Where[]).some((one) => holds(one, row));
    const cell = row[key];
    return Object.entries(value as Where).every(([operator, operand]) => {
      if (operator === '_is_null') return (cell === null) === operand;
      if (cell === null) return false;
      const [a, b] = [cell as number, operand as number];
      const results: Record<string, boolean> = { _eq: a === b, _lt: a < b, _gt: a > b, _lte: a <= b, _gte: a >= b };
      return results[operator]!;
    });
  });
}

function sorted(rows: Row[], { column, direction }: KeysetOrder): Row[] {
  const sign = direction === 'asc' ? 1 : -1;
  return [...rows].sort((left, right) => {
    const [a, b] = [left[column as keyof Row], right[column as keyof Row]];
    if (a === null || b === null) return a === b ? sign * left.id.localeCompare(right.id) : a === null ? 1 : -1;
    return sign * (a < b ? -1 : a > b ? 1 : left.id.localeCompare(right.id));
  });
}

const rows: Row[] = Array.from({ length: 97 }, (_, index) => ({
  id: `id-${String((index * 37) % 97).padStart(2, '0')}`,
  at: index % 7,
  ms: index % 5 === 0 ? null : index % 11,
}));

describe('keyset paging', () => {
  const orders: KeysetOrder[] = [
    { column: 'at', direction: 'asc' },
    { column: 'at', direction: 'desc' },
    { column: 'ms', direction: 'asc', nullable: true },
    { column: 'ms', direction: 'desc', nullable: true },
    { column: 'id', direction: 'desc' },
  ];
  for (const order of orders) {
    it(`reaches every row once, in order, by ${order.column} ${order.direction}`, () => {
      const seen: Row[] = [];
      for (let last: Row | undefined; ; last = seen.at(-1)) {
        const { where, limit } = keysetPage(order, [], 10, last);
        const page = sorted(rows.filter((row) => holds(where, row)), order).slice(0, limit);
        seen.push(...page);
        if (page.length < limit) break;
      }
      expect(seen).toEqual(sorted(rows, order));
    });
  }

  it('has a bound that an index can use', () => {
    expect(keysetAfter({ column: 'at', direction: 'desc' }, rows[3]!)).toMatchObject({ at: { _lte: rows[3]!.at } });
  });

  it('requests the order of its keys', () => {
    expect(keysetOrderBy({ column: 'ms', direction: 'desc', nullable: true })).toEqual([{ ms: 'desc_nulls_last' }, { id: 'desc' }]);
    expect(keysetOrderBy({ column: 'id', direction: 'asc' })).toEqual([{ id: 'asc' }]);
  });
});
