import { useState } from 'react';
import { execute } from '~/api/client';
import { useLive, type LiveState } from '~/api/live';
import type { Where } from '~/filters/compile';
import { useLatest } from '~/ui/use-latest';
import type { Invocation } from './columns';
import { InvocationPageDocument, InvocationTailDocument } from './invocations.generated';

// What arrived since the tail was switched on. More than this are let go, oldest first.
const kept = 2000;

export type Arrived = ReadonlyMap<string, Invocation>;

export function withArrived(before: Arrived, rows: readonly Invocation[]): Arrived {
  const after = new Map(before);
  for (const row of rows) {
    after.delete(row.id);
    after.set(row.id, row);
  }
  for (const id of after.keys()) {
    if (after.size <= kept) break;
    after.delete(id);
  }
  return after;
}

/** Rows that changed are replaced where they stand, new ones come first. */
export function merged(rows: readonly Invocation[], arrived: Arrived): readonly Invocation[] {
  if (arrived.size === 0) return rows;
  const known = new Set(rows.map(({ id }) => id));
  const fresh = [...arrived.values()].filter(({ id }) => !known.has(id));
  fresh.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : a.id < b.id ? 1 : -1));
  return [...fresh, ...rows.map((row) => arrived.get(row.id) ?? row)];
}

/** Every invocation that begins or changes from now on. */
export function useTail(enabled: boolean, where: readonly Where[]): { arrived: Arrived; state: LiveState } {
  const key = JSON.stringify(where);
  const [held, setHeld] = useState<{ key: string; arrived: Arrived }>({ key, arrived: new Map() });
  const arrived = held.key === key && enabled ? held.arrived : (new Map() as Arrived);
  const latest = useLatest(arrived);

  const take = (rows: readonly Invocation[]) => {
    if (rows.length > 0) setHeld({ key, arrived: withArrived(latest.current, rows) });
  };
  const since = () => [...latest.current.values()].at(-1)?.updated_at ?? new Date(Date.now() - 2000).toISOString();

  const state = useLive({
    enabled,
    key,
    document: InvocationTailDocument,
    variables: () => ({ where: { _and: [...where] }, since: since() }),
    onData: ({ invocations_stream }) => take(invocations_stream),
    poll: async () => {
      const { invocations } = await execute(InvocationPageDocument, {
        where: { _and: [...where, { updated_at: { _gt: since() } }] },
        order_by: [{ updated_at: 'asc' }],
        limit: 200,
      });
      take(invocations);
    },
  });
  return { arrived, state };
}
