import { useState } from 'react';

/** A key of an operation that ignores times: the same operation at another time has the same key. */
export const timelessKey = (variables: unknown) =>
  JSON.stringify(variables).replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g, 'time');

/**
 * The latest result of an operation. When a refresh fails, the earlier result stays, so that the page can
 * show it and mark it as stale. The result of another operation is never shown instead.
 */
export function useLastResult<Data>(data: Data | undefined, isPlaceholder: boolean, key: string): Data | undefined {
  const [last, setLast] = useState<{ key: string; data: Data | undefined }>({ key, data });
  if (data !== undefined && !isPlaceholder && last.data !== data) setLast({ key, data });
  return data ?? (last.key === key ? last.data : undefined);
}
