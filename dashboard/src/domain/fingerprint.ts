/** What stands for a part that differs from one occurrence to the next. */
export const hole = '…';

// What is quoted, but no apostrophe within a word.
const quoted = /(\w*)(\s*)(["'`])((?:\\.|(?!\3)[^\\\n]){1,200}?)\3(?![\p{L}])/gu;
// A name in the code or the schema tells two bugs apart, a value does not. It is one after such a word, or
// if it looks like one: vat_id, sendReceipt, ./lib/mail.
const beforeName = /^(?:reading|setting|property|properties|module|package|column|relation|table|constraint|index|key|field|attribute|function|method|type|schema|role|database|variable|option|parameter|argument|extension|operator|of)$/i;
const namelike = /^[A-Za-z_$@./][\w$@./-]*$/;
const codelike = /_|\/|[a-z][A-Z]/;

const isName = (before: string, text: string) =>
  text.length <= 60 && namelike.test(text) && !/\d{3}|@.*\./.test(text) && (beforeName.test(before) || codelike.test(text));

const withoutValues = (text: string) =>
  text.replace(quoted, (all, before: string, space: string, _quote: string, inside: string) => (isName(before, inside) ? all : `${before}${space}${hole}`));

// The order matters: what is more particular goes first. Words of an error never look like these.
const varying: readonly RegExp[] = [
  /“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»/g,
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, // a UUID
  /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b/g, // a time
  /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, // an e-mail address
  /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, // an IPv4 address
  /\b0x[0-9a-f]+\b/gi,
  /\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, // the hex digits of an id
  /\b(?=\w*\d)(?=\w*[a-z])\w{16,}\b/gi, // any other long mixture, as tokens are
  /\d+(?:[.,]\d+)*/g,
];

/**
 * An error's message without what differs each time: ids, numbers, times, quoted values. Errors of the
 * same fingerprint are the same error. Only the first line counts; the rest is a stack, or a dump.
 */
export function fingerprint(message: string): string {
  const line = message.trim().split('\n', 1)[0]!;
  // Within a word, an apostrophe quotes nothing.
  const shielded = line.replace(/(\p{L})'(\p{L})/gu, '$1’$2');
  return varying
    .reduce((text, pattern) => text.replace(pattern, hole), withoutValues(shielded))
    .replace(/\s+/g, ' ')
    .replace(/(?:…[\s,]*){2,}/g, (holes) => (/\s$/.test(holes) ? `${hole} ` : hole))
    .trim();
}

/** The longest part that every occurrence has: what to search for. */
export function commonPart(message: string): string {
  const pieces = fingerprint(message).split(/[…’]/).map((piece) => piece.trim());
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
}
