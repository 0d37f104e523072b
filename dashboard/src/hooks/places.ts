/** Where a list was: the row at its top, and how many pixels of that row were above. */
export interface Place {
  key: string;
  index: number;
  offset: number;
}

const maxKept = 100;

// By the entry of the history and the list, the latest last.
const places = new Map<string, Place>();

const nameOf = (entry: string, list: string) => `${entry} ${list}`;

export const placeOf = (entry: string, list: string): Place | undefined => places.get(nameOf(entry, list));

/** Undefined is the start of the list. */
export function keepPlace(entry: string, list: string, place: Place | undefined) {
  const name = nameOf(entry, list);
  places.delete(name);
  if (place) places.set(name, place);
  for (const oldest of places.keys()) {
    if (places.size <= maxKept) break;
    places.delete(oldest);
  }
}
