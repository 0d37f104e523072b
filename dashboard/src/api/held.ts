import { useState } from 'react';

/** The same question at another time has the same shape. */
export const shapeOf = (variables: unknown) =>
  JSON.stringify(variables).replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g, 'time');

/**
 * The latest answer to a question. When asking it again fails, the earlier answer stays, for the page to
 * show and to mark as old. An answer to another question never stands in.
 */
export function useHeld<Data>(data: Data | undefined, isPlaceholder: boolean, shape: string): Data | undefined {
  const [held, setHeld] = useState<{ shape: string; data: Data | undefined }>({ shape, data });
  if (data !== undefined && !isPlaceholder && held.data !== data) setHeld({ shape, data });
  return data ?? (held.shape === shape ? held.data : undefined);
}
