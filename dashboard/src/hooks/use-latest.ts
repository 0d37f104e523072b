import { useLayoutEffect, useRef } from 'react';

/** The value of the latest render, for callbacks that run after it. */
export function useLatest<T>(value: T) {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}
