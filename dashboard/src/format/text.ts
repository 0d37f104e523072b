/** A short form of an id: its beginning, and its end, since UUIDv7s of the same time begin alike. */
export const shortId = (id: string) => (id.length > 13 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

export const plural = (count: number, one: string, many = `${one}s`) => (count === 1 ? one : many);

// Controls but for tabs and the ends of lines; what changes the direction of text, or has no width.
const hidden = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

const pictureOf = (character: string) => {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
};

/** The text with a picture of each character that would not be seen, or that would reorder others. */
export const visibleText = (text: string) => text.replace(hidden, pictureOf);

/** Of a name or another value that may have been recorded without any text. */
export const nameText = (name: string | null | undefined) => (name?.trim() ? visibleText(name) : '(blank)');

/** The first line, where there is space for only one. */
export const firstLine = (text: string | null | undefined) => visibleText(text?.split(/\r?\n/, 1)[0] ?? '');
