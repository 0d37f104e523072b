import { isContainer, type Json } from '~/api/json';

type Object = { [key: string]: Json };

const asObject = (value: Json | undefined): Object | undefined =>
  isContainer(value) && !Array.isArray(value) ? value : undefined;

export interface RowChange {
  /** INSERT, UPDATE, DELETE or MANUAL. */
  operation: string | undefined;
  before: Json | undefined;
  after: Json | undefined;
}

/** The row of a database event as Hasura sends it, { event: { op, data: { old, new } } }; undefined for others. */
export function rowChangeOf(payload: Json): RowChange | undefined {
  const event = asObject(asObject(payload)?.event);
  const data = asObject(event?.data);
  if (!event || !data || !('old' in data || 'new' in data)) return undefined;
  return {
    operation: typeof event.op === 'string' ? event.op : undefined,
    before: data.old ?? undefined,
    after: data.new ?? undefined,
  };
}
