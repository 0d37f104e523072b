/** The first part of an id, which is what people compare. UUIDv7 begin with the time, so the end tells them apart. */
export const shortId = (id: string) => (id.length > 13 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

export const plural = (count: number, one: string, many = `${one}s`) => (count === 1 ? one : many);

/** The first line, for where there is one line of room. */
export const firstLine = (text: string | null | undefined) => text?.split('\n', 1)[0] ?? '';
