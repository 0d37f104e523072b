/** What stands for a part that differs from one occurrence to the next. */
export const hole = '…';

/** More than that of a line is a dump. */
const maxLength = 1000;

// What is quoted, but no apostrophe within a word.
const quoted = /(["'`])((?:\\.|(?!\1)[^\\\n]){1,200}?)\1(?![\p{L}])/gu;
// A name in the code or the schema tells two bugs apart, a value does not. It is a name after one of these
// words, or if it looks like one: vat_id, sendReceipt, ./lib/mail.
const beforeName = /\b(?:reading|setting|property|properties|module|package|column|relation|table|constraint|index|key|field|attribute|function|method|type|schema|role|database|variable|option|parameter|argument|extension|operator|of)\s*$/i;
const namelike = /^[A-Za-z_$@./][\w$@./-]*$/;
const codelike = /_|\/|[a-z][A-Z]/;

const isName = (before: string, text: string) =>
  text.length <= 60 && namelike.test(text) && !/\d{3}|@.*\./.test(text) && (beforeName.test(before) || codelike.test(text));

const longestWord = 12;
const withoutValues = (text: string) =>
  text.replace(quoted, (all, _quote: string, inside: string, at: number) => (isName(text.slice(Math.max(0, at - longestWord), at), inside) ? all : hole));

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
 * same fingerprint are the same error. Only the beginning of the first line counts; the rest is a stack, or a dump.
 */
export function fingerprint(message: string): string {
  const line = message.trim().split('\n', 1)[0]!.slice(0, maxLength);
  // Within a word, an apostrophe quotes nothing.
  const shielded = line.replace(/(\p{L})'(\p{L})/gu, '$1’$2');
  return varying
    .reduce((text, pattern) => text.replace(pattern, hole), withoutValues(shielded))
    .replace(/\s+/g, ' ')
    .replace(/(?:…[\s,]*){2,}/g, (holes) => (/\s$/.test(holes) ? `${hole} ` : hole))
    .trim();
}

/** What matches the messages of a fingerprint, with an asterisk for any text. */
export const patternOf = (print: string) => `${print}*`.replace(/[…’*]+/g, '*');

/** Whether a text is the pattern, in which an asterisk is any text. */
export function matches(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first!)) return false;
  let at = first!.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
