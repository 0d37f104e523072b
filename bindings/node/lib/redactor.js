'use strict';
// Hides secrets in printed and thrown values. They become text before they reach the recorder, which
// finds secrets in JSON only. The rules are the recorder's (`redact`, `redactSecrets`). A value with a
// secret is replaced by a copy that Node prints in the same way.

const { inspect, types } = require('node:util');

const { isSecretKey } = require('./secret_key');

const kHidden = '[redacted]';
const kCut = '[…]';
const kMaxDepth = 100;
// For printed values. Node shows a hundred members of a list, and even less of a text.
const kPrinted = { isPrinted: true, members: 10_000, textSize: 64 * 1024 };
// For values that are stored with a line: searching more would hold up the host.
const kStored = { isPrinted: false, members: 20_000, textSize: Infinity };
const kWhole = { isPrinted: false, members: Infinity, textSize: Infinity };
const kMaxKnown = 2000; // answers that are remembered

// A name and the text before its value, as Node prints them for its own classes, such as Headers, and
// for a key with its value in a list. A match starts only at the start of a name, so that a long run
// of letters is scanned once.
const kName = /(?<![\w$.-])(["']?)([\w$.-]+)\1(?:\)\])?(?:\s*(?:=>|[:=])|(?<=["']),)\s*/g;
const kValue =
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\[(?:[^\][]|\[[^\][]*\])*\]|(?:[\w$]+ )?\{(?:[^{}]|\{[^{}]*\})*\}|[^,;&}\n]+/y;
const kHeaderLine = /^([\w-]+): .*$/gm; // of an HTTP message that was kept as text

class Redactor {
  #keys; // in lower case
  #hidesSecrets;
  #isOn;
  #known = new Map();

  // The recorder's options.
  constructor({ redact, redactSecrets }) {
    this.#keys = new Set(redact.filter((rule) => !isPointer(rule)).map((rule) => rule.toLowerCase()));
    this.pointers = redact.filter(isPointer).map(segmentsOf);
    this.#hidesSecrets = redactSecrets;
    this.#isOn = redactSecrets || redact.length > 0;
  }

  hides(key) {
    let answer = this.#known.get(key);
    if (answer === undefined) {
      if (this.#known.size >= kMaxKnown) this.#known.clear();
      answer = this.#keys.has(key.toLowerCase()) || (this.#hidesSecrets && isSecretKey(key));
      this.#known.set(key, answer);
    }
    return answer;
  }

  // Returns the value itself if nothing in it must be hidden and it is within the bounds. Of a larger
  // value, the first part is searched and kept. Never throws.
  redact(value, bounds = kWhole) {
    if (!this.#isOn || !isObject(value)) return value;
    try {
      if (!new Search(this, bounds).finds(value, this.pointers, 0)) return value;
      return new Copy(this, bounds).of(value, this.pointers, 0);
    } catch {
      return '[not readable]';
    }
  }

  // For text that an object has rendered itself.
  redactText(text) {
    let redacted = '';
    let done = 0;
    kName.lastIndex = 0;
    for (let name = kName.exec(text); name; name = kName.exec(text)) {
      if (!this.hides(name[2])) continue;
      kValue.lastIndex = kName.lastIndex;
      if (!kValue.test(text)) continue;
      redacted += `${text.slice(done, kName.lastIndex)}'${kHidden}'`;
      done = kName.lastIndex = kValue.lastIndex;
    }
    return redacted + text.slice(done);
  }

  // Hides the password, and secret parameters of the query and the fragment.
  redactUrl(url) {
    const copy = new URL(url.href);
    if (copy.password) copy.password = kHidden;
    this.#redactParameters(copy.searchParams);
    const fragment = new URLSearchParams(copy.hash.slice(1)); // as after a login
    if (this.#redactParameters(fragment)) copy.hash = fragment.toString();
    return copy;
  }

  // Returns whether there was a secret.
  #redactParameters(parameters) {
    const hidden = [...new Set(parameters.keys())].filter((name) => this.hides(name));
    for (const name of hidden) parameters.set(name, kHidden);
    return hidden.length > 0;
  }

  redactHeaders(text) {
    if (!text.includes('\n')) return text;
    return text.replace(kHeaderLine, (line, name) =>
      this.hides(name) ? `${name}: ${kHidden}` : line,
    );
  }

  // Whether the value under this key is hidden. `live` are the pointers that lead into its object.
  isSecret(key, value, live) {
    if (live.some(([next, ...rest]) => rest.length === 0 && matches(next, key))) return true;
    const keepsNone = value === undefined || value === null || typeof value === 'boolean';
    const name = typeof key === 'symbol' ? key.description : key;
    return !keepsNone && typeof name === 'string' && this.hides(name);
  }
}

// Searches for a secret, and stops at the first.
class Search {
  #redactor;
  #isPrinted;
  #members; // that it may still look at
  #textSize;
  #seen = new Set();

  constructor(redactor, { isPrinted, members, textSize }) {
    this.#redactor = redactor;
    this.#isPrinted = isPrinted;
    this.#members = members;
    this.#textSize = textSize;
  }

  finds(value, live, depth) {
    if (typeof value === 'string') {
      return value.length > this.#textSize || this.#redactor.redactHeaders(value) !== value;
    }
    if (!isObject(value) || this.#seen.has(value)) return false;
    this.#seen.add(value);
    if (isOpaque(value)) return this.#findsInText(inspect(value));
    if (depth >= kMaxDepth || value instanceof URL) return true;
    if (this.#isPrinted ? printsItself(value) : hasCode(value)) return true;
    for (const { key, value: member } of membersOf(value, this.#members)) {
      if (--this.#members < 0) return true;
      if (isNamedBefore(this.#redactor, value, key)) return true;
      if (this.#redactor.isSecret(key, member, live)) return true;
      if (this.finds(member, after(live, key), depth + 1)) return true;
    }
    return false;
  }

  #findsInText(text) {
    return this.#redactor.redactText(text) !== text;
  }
}

class Copy {
  #redactor;
  #isPrinted;
  #members; // that it may still have
  #textSize;
  #made = new Map(); // by what it is a copy of

  constructor(redactor, { isPrinted, members, textSize }) {
    this.#redactor = redactor;
    this.#isPrinted = isPrinted;
    this.#members = members;
    this.#textSize = textSize;
  }

  of(value, live, depth) {
    if (typeof value === 'string') return this.#redactor.redactHeaders(value.slice(0, this.#textSize));
    if (!isObject(value)) return value;
    if (typeof value === 'function' && Object.keys(value).length === 0) return value;
    if (value instanceof URL) return this.#redactor.redactUrl(value);
    if (this.#made.has(value)) return this.#made.get(value);
    if (depth >= kMaxDepth || this.#members <= 0) return kCut;
    const copy = isOpaque(value) ? this.#printerOf(value) : this.#emptyOf(value);
    this.#made.set(value, copy);
    const isPrinter = isOpaque(value) || (this.#isPrinted && printsItself(value));
    if (!isPrinter) this.#fill(copy, value, live, depth);
    return copy;
  }

  #emptyOf(value) {
    if (this.#isPrinted && printsItself(value)) return this.#printerOf(value);
    const prototype = Object.getPrototypeOf(value);
    if (typeof value === 'function') {
      return Object.defineProperty(() => {}, 'name', { value: value.name });
    }
    if (Array.isArray(value)) return Object.setPrototypeOf(new Array(value.length), prototype);
    if (types.isMap(value)) return Object.setPrototypeOf(new Map(), prototype);
    if (types.isSet(value)) return Object.setPrototypeOf(new Set(), prototype);
    const copy = Object.create(prototype);
    if (typeof value.toJSON === 'function') {
      Object.defineProperty(copy, 'toJSON', { value: () => this.#redactor.redact(value.toJSON()) });
    }
    if (printsItself(value)) this.#makePrint(copy, value);
    return copy;
  }

  // Prints like the value, and becomes the value itself in JSON, which shows none of its properties.
  #printerOf(value) {
    const printer = {};
    this.#makePrint(printer, value);
    return Object.defineProperty(printer, 'toJSON', { value: () => value });
  }

  #makePrint(copy, value) {
    const redactor = this.#redactor;
    const print = (depth, options, ...others) => {
      const printed = printsItself(value)
        ? value[inspect.custom](depth, options, ...others)
        : inspect(value, options);
      return typeof printed === 'string' ? redactor.redactText(printed) : redactor.redact(printed);
    };
    Object.defineProperty(copy, inspect.custom, { value: print });
  }

  #fill(copy, value, live, depth) {
    for (const { key, value: member, add } of membersOf(value, this.#members)) {
      if (--this.#members < 0) return this.#cut(copy, key, add);
      const isSecret =
        isNamedBefore(this.#redactor, value, key) || this.#redactor.isSecret(key, member, live);
      add(copy, isSecret ? kHidden : this.of(member, after(live, key), depth + 1));
    }
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (descriptor.get) {
        Object.defineProperty(copy, key, this.#accessorOf(value, key, descriptor, live));
      }
    }
  }

  // What Node prints of a list says how long it was. JSON would have a null for each missing member.
  #cut(copy, key, add) {
    if (this.#isPrinted || key === 'length') return;
    add(copy, kCut);
    if (Array.isArray(copy) && Number.isInteger(Number(key))) copy.length = Number(key) + 1;
  }

  // From Node 21 on, an error's stack is a getter that works on the original only.
  #accessorOf(object, key, { enumerable, set }, live) {
    if (key === 'stack' && types.isNativeError(object)) {
      return { value: object.stack, enumerable: false, configurable: true, writable: true };
    }
    const isHidden = this.#redactor.isSecret(key, kHidden, live);
    const get = () => (isHidden ? kHidden : this.#redactor.redact(object[key]));
    return { get, set, enumerable, configurable: true };
  }
}

// Whether JSON.stringify runs functions of the object.
function hasCode(object) {
  if (Array.isArray(object)) return false;
  if (typeof object.toJSON === 'function') return true;
  return Object.values(Object.getOwnPropertyDescriptors(object)).some(({ get }) => get !== undefined);
}

// {key, value, add} of each member that Node prints; of a long list, at least `most`. `add` puts a
// value into a copy. Getters are not called.
function* membersOf(object, most) {
  if (types.isMap(object)) {
    for (const [key, value] of Map.prototype.entries.call(object)) {
      yield { key, value, add: (copy, shown) => Map.prototype.set.call(copy, key, shown) };
    }
  } else if (types.isSet(object)) {
    for (const value of Set.prototype.values.call(object)) {
      yield { value, add: (copy, shown) => Set.prototype.add.call(copy, shown) };
    }
  }
  for (const key of keysOf(object, most)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    if (!descriptor || !('value' in descriptor)) continue;
    if (typeof object === 'function' && !descriptor.enumerable) continue;
    yield { key, value: descriptor.value, add: (copy, shown) => define(copy, key, shown, object) };
  }
}

// Naming all members of a long list would take longer than reading the first ones.
function keysOf(object, most) {
  if (!Array.isArray(object) || object.length <= most) return Reflect.ownKeys(object);
  return Array.from({ length: most + 1 }, (_, index) => String(index));
}

function define(copy, key, value, original) {
  if (Object.hasOwn(copy, 'toJSON') && key === 'toJSON') return; // the copy has its own
  if (Array.isArray(copy) && key === 'length') {
    copy.length = value;
    return;
  }
  const { enumerable } = Reflect.getOwnPropertyDescriptor(original, key);
  Object.defineProperty(copy, key, { value, enumerable, configurable: true, writable: true });
}

// In a list of headers, each name is followed by its value.
function isNamedBefore(redactor, owner, key) {
  if (!Array.isArray(owner) || !(key > 0)) return false;
  const [name, value] = [owner[key - 1], owner[key]];
  return typeof name === 'string' && typeof value === 'string' && redactor.hides(name);
}

// Objects whose content is not in their members; a host may have added some.
function isOpaque(object) {
  return (
    types.isDate(object) ||
    types.isRegExp(object) ||
    types.isBoxedPrimitive(object) ||
    types.isAnyArrayBuffer(object) ||
    types.isPromise(object) ||
    types.isMapIterator(object) ||
    types.isSetIterator(object) ||
    ArrayBuffer.isView(object)
  );
}

function printsItself(object) {
  return typeof object[inspect.custom] === 'function';
}

const matches = (segment, key) => segment === '*' || segment === String(key);

function after(live, key) {
  if (live.length === 0) return live;
  return live
    .filter(([next, ...rest]) => rest.length > 0 && matches(next, key))
    .map(([, ...rest]) => rest);
}

const isPointer = (rule) => rule.startsWith('/');

function segmentsOf(pointer) {
  const segments = pointer.slice(1).split('/');
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

module.exports = { Redactor, kPrinted, kStored };
