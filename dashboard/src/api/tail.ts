import { useRef, useState } from 'react';
import type { Where } from '~/api/where';
import { now } from '~/clock/clock';
import { execute, type TypedDocument } from './client';
import { useLive, type LiveState } from './live';

/** The most rows that a tail keeps; beyond that, it drops the oldest. */
export const maxArrived = 2000;
const polledRows = 200;

export type Arrived<Row> = ReadonlyMap<string, Row>;

export type TailRow = { id: string; created_at: string };

/** Adds rows to those that arrived, the latest last. A row that arrives again replaces its earlier version. */
export function addArrived<Row extends TailRow>(before: Arrived<Row>, rows: readonly Row[]): Arrived<Row> {
  const after = new Map(before);
  for (const row of rows) {
    after.delete(row.id);
    after.set(row.id, row);
  }
  for (const id of after.keys()) {
    if (after.size <= maxArrived) break;
    after.delete(id);
  }
  return after;
}

/** Replaces rows that changed where they are, and puts new rows first. */
export function mergeArrived<Row extends TailRow>(rows: readonly Row[], arrived: Arrived<Row>): readonly Row[] {
  if (arrived.size === 0) return rows;
  const known = new Set(rows.map(({ id }) => id));
  const fresh = [...arrived.values()].filter(({ id }) => !known.has(id));
  fresh.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : a.id < b.id ? 1 : -1));
  return [...fresh, ...rows.map((row) => arrived.get(row.id) ?? row)];
}

/** Every row that begins or changes from now on: by a stream, or by polling while no stream connects. */
export function useTail<Row extends TailRow, Streamed, StreamVariables extends Record<string, unknown>, Page, PageVariables>(options: {
  enabled: boolean;
  where: readonly Where[];
  /** The column that orders the stream. */
  column: 'created_at' | 'updated_at';
  stream: TypedDocument<Streamed, StreamVariables>;
  streamed: (result: Streamed) => readonly Row[];
  page: TypedDocument<Page, PageVariables>;
  paged: (result: Page) => readonly Row[];
}): { arrived: Arrived<Row>; state: LiveState } {
  const { enabled, where, column, stream, streamed, page, paged } = options;
  const key = JSON.stringify(where);
  const [tail, setTail] = useState<{ key: string; arrived: Arrived<Row> }>({ key, arrived: new Map() });
  const arrived = tail.key === key && enabled ? tail.arrived : (new Map() as Arrived<Row>);
  const position = useRef<{ key: string; since: string }>(undefined);

  // Frames may come faster than the page renders, so each one adds to what the one before it left.
  const add = (rows: readonly Row[]) => {
    const last = rows.at(-1) as (Row & { updated_at?: string }) | undefined;
    if (!last) return;
    position.current = { key, since: last[column] ?? last.created_at };
    setTail((before) => ({ key, arrived: addArrived(before.key === key ? before.arrived : new Map(), rows) }));
  };
  const since = () => (position.current?.key === key ? position.current.since : new Date(now() - 2000).toISOString());

  const state = useLive({
    enabled,
    key,
    document: stream,
    variables: () => ({ where: { _and: [...where] }, since: since() }) as unknown as StreamVariables,
    onData: (result) => add(streamed(result)),
    poll: async () => {
      let rows: readonly Row[];
      do {
        const variables = { where: { _and: [...where, { [column]: { _gt: since() } }] }, order_by: [{ [column]: 'asc' }], limit: polledRows };
        rows = paged(await execute(page, variables as PageVariables));
        add(rows);
      } while (rows.length === polledRows);
    },
  });
  return { arrived, state };
}
