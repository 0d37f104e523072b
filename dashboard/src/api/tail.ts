import { useRef, useState } from 'react';
import type { Where } from '~/api/where';
import { now } from '~/clock/clock';
import { execute, type TypedDocument } from './client';
import { keysetPage, type KeysetOrder } from './keyset';
import { useLive, type LiveState } from './live';

/** The most rows that a tail keeps; beyond that, it drops the oldest. */
export const maxArrived = 2000;
const polledRows = 200;
// What is further behind is dropped anyway, or comes with the next poll.
const maxPolls = maxArrived / polledRows;

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
  const newest = useRef<{ key: string; row: Row & { updated_at?: string } }>(undefined);
  const last = () => (newest.current?.key === key ? newest.current.row : undefined);

  // Frames may come faster than the page renders, so each one adds to what the one before it left.
  const add = (rows: readonly Row[]) => {
    const row = rows.at(-1);
    if (!row) return;
    newest.current = { key, row };
    setTail((before) => ({ key, arrived: addArrived(before.key === key ? before.arrived : new Map(), rows) }));
  };
  const begin = () => new Date(now() - 2000).toISOString();
  // The stream begins behind this time, at which further rows may have come. A row that comes twice is one.
  const since = () => (last() ? new Date(Date.parse(last()![column] ?? last()!.created_at) - 1).toISOString() : begin());
  // Not only by time, which hundreds of rows may share.
  const order: KeysetOrder = { column, direction: 'asc' };
  const nextPage = () =>
    last() ? keysetPage(order, where, polledRows, last() as Row & Record<string, unknown>) : keysetPage(order, [...where, { [column]: { _gt: begin() } }], polledRows, undefined);

  const state = useLive({
    enabled,
    key,
    document: stream,
    variables: () => ({ where: { _and: [...where] }, since: since() }) as unknown as StreamVariables,
    onData: (result) => add(streamed(result)),
    poll: async () => {
      for (let polls = 0; polls < maxPolls; polls += 1) {
        const rows = paged(await execute(page, nextPage() as PageVariables));
        add(rows);
        if (rows.length < polledRows) return;
      }
    },
  });
  return { arrived, state };
}
