// Controls but for tabs and the ends of lines; what changes the direction of text, or has no width.
const hidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

const pictureOf = (character: string) => {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
};

/** The text with a picture of each character that nobody would see, or that would reorder others. */
export const visibleText = (text: string) => text.replace(hidden, pictureOf);
