import type { Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useLocation } from 'react-router';
import { keepPlace, placeOf, type Place } from '~/hooks/places';
import { useLatest } from '~/hooks/use-latest';

// What a person does to scroll. It ends the return to an earlier place.
const intents = ['wheel', 'touchmove', 'pointerdown', 'keydown'];

// How many rows may have come before the row that is returned to. Further ones are not looked through.
const searchedBeyond = 500;

const mostFrames = 10;

interface State {
  entry?: string;
  rowsAre?: string;
  place?: Place;
  returning: boolean;
  /** The next attempt to scroll. */
  frame: number;
}

/** Scrolls to the place. The list may get the height of new rows only with the next frames. */
function arrive({ current: state }: { current: State }, element: HTMLElement, top: number, frames = mostFrames) {
  if (!state.returning) return;
  element.scrollTo({ top });
  if (frames === 0 || element.scrollTop >= top - 1) state.returning = false;
  else state.frame = requestAnimationFrame(() => arrive({ current: state }, element, top, frames - 1));
}

/**
 * Keeps the row at the top of a list in its place: when rows come before it, when the rows are fetched again, and
 * when a person goes back to the list. `isReturning()` says, after a render, that further rows are needed for that.
 */
export function usePlace<Row>({ list, rowsAre, scroller, virtualizer, rows, keyOf, outdated, incomplete }: {
  /** Tells the lists of one page apart. */
  list: string;
  /** Which rows these are, such as their filters and their order: other rows are shown from their start. */
  rowsAre?: string;
  scroller: RefObject<HTMLElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The rows are still those of other filters. */
  outdated?: boolean;
  /** There are more rows, or they are being fetched. */
  incomplete?: boolean;
}): { isReturning: () => boolean } {
  const { key: entry } = useLocation();
  const state = useRef<State>({ returning: false, frame: 0 });
  const latest = useLatest({ entry, rows, keyOf });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const remember = () => {
      const { entry: shown, rows: there, keyOf: keyIn } = latest.current;
      // A list that waits for its rows was moved by their absence, and not by a person.
      if (state.current.returning || state.current.entry !== shown) return;
      const item = element.scrollTop > 0 ? virtualizer.getVirtualItemForOffset(element.scrollTop) : undefined;
      const row = item && there[item.index];
      state.current.place = row && { key: keyIn(row), index: item.index, offset: element.scrollTop - item.start };
      keepPlace(shown, list, state.current.place);
    };
    const goOwnWay = () => {
      state.current.returning = false;
    };
    element.addEventListener('scroll', remember, { passive: true });
    for (const intent of intents) window.addEventListener(intent, goOwnWay, { passive: true });
    return () => {
      element.removeEventListener('scroll', remember);
      for (const intent of intents) window.removeEventListener(intent, goOwnWay);
    };
  }, [list, scroller, virtualizer, latest]);

  useEffect(() => () => cancelAnimationFrame(state.current.frame), []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const before = state.current;
    if (before.entry !== entry) {
      const kept = placeOf(entry, list);
      const others = before.entry !== undefined && before.rowsAre !== rowsAre;
      state.current = { entry, rowsAre, place: kept ?? (others ? undefined : before.place), returning: kept !== undefined, frame: before.frame };
      if (!kept && others) element.scrollTo({ top: 0 });
      if (!kept) keepPlace(entry, list, state.current.place);
    }
    const { place, returning } = state.current;
    if (!place || outdated) return;
    const stays = place.index < rows.length && keyOf(rows[place.index]!) === place.key;
    if (stays && !returning) return;
    const found = stays ? place.index : rows.findIndex((row) => keyOf(row) === place.key);
    // It is not among as many rows as there were: it has gone, or left for another place.
    if (found < 0 && !returning && place.index < rows.length) return;
    state.current.returning = true;
    if (found < 0 && incomplete && rows.length < place.index + searchedBeyond) return;
    const index = found < 0 ? place.index : found;
    state.current.place = { ...place, index };
    const start = virtualizer.measurementsCache[index]?.start ?? index * virtualizer.options.estimateSize(index);
    cancelAnimationFrame(state.current.frame);
    arrive(state, element, start + place.offset);
  });

  return { isReturning: useCallback(() => state.current.entry === entry && state.current.returning, [entry]) };
}
