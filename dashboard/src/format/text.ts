/** A short form of an id: its beginning, and its end, since UUIDv7s of the same time begin alike. */
export const shortId = (id: string) => (id.length > 13 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

export const plural = (count: number, one: string, many = `${one}s`) => (count === 1 ? one : many);

/** Of a name or another value that may have been recorded without any text. */
export const nameText = (name: string | null | undefined) => (name?.trim() ? name : '(blank)');

/** The first line, with the escape sequences that colour it. */
export const firstTerminalLine = (text: string | null | undefined) => text?.split(/\r?\n/, 1)[0] ?? '';

/** The first line, where there is space for only one. */
export const firstLine = (text: string | null | undefined) => firstTerminalLine(text).replace(/\x1b\[[\d;]*m/g, '');
