'use strict';
// Hides secrets in values that become text before they reach the recorder, which finds them in JSON
// alone: what is printed, and what was thrown. The rules are the recorder's (`redact`,
// `redactSecrets`). A value with a secret in it is replaced by a copy that Node prints like it.

const { inspect, types } = require('node:util');

const { isSecretKey } = require('./secret_key');

const kHidden = '[redacted]';
const kMaxDepth = 100;
// Of a value that is printed: Node shows a hundred members of a list, and of a text less.
const kPrinted = { isPrinted: true, members: 10_000, textSize: 64 * 1024 };
const kWhole = { isPrinted: false, members: Infinity, textSize: Infinity };
const kMaxKnown = 2000; // answers that are remembered

// A name and what is between it and its value, as Node prints those of its own classes, such as
// Headers, and a key with its value in a list. It begins where no name goes on, so that long runs of
// letters are looked at once.
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

  // The value itself where nothing in it is to be hidden. Never throws.
  redact(value) {
    return this.#redact(value, kWhole);
  }

  // The same for what is printed, of which no more is looked at than anybody would read.
  redactPrinted(value) {
    return this.#redact(value, kPrinted);
  }

  #redact(value, bounds) {
    if (!this.#isOn || !isObject(value)) return value;
    try {
      if (!new Search(this, bounds).finds(value, this.pointers, 0)) return value;
      return new Copy(this, bounds).of(value, this.pointers, 0);
    } catch {
      return '[not readable]';
    }
  }

  // Text that an object has made of itself.
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

  // A password in it, and what is named in its query and behind its '#'.
  redactUrl(url) {
    const copy = new URL(url.href);
    if (copy.password) copy.password = kHidden;
    this.#redactParameters(copy.searchParams);
    const fragment = new URLSearchParams(copy.hash.slice(1)); // as after a login
    if (this.#redactParameters(fragment)) copy.hash = fragment.toString();
    return copy;
  }

  // Whether there was something to hide.
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

  // Whether the value under this key goes. `live` are the pointers that lead into its object.
  isSecret(key, value, live) {
    if (live.some(([next, ...rest]) => rest.length === 0 && matches(next, key))) return true;
    const keepsNone = value === undefined || value === null || typeof value === 'boolean';
    const name = typeof key === 'symbol' ? key.description : key;
    return !keepsNone && typeof name === 'string' && this.hides(name);
  }
}

// Looks for a secret, and stops at the first.
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
    if (depth >= kMaxDepth || this.#members <= 0) return '[…]';
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

  // What prints like the value, and is the value in JSON, where nothing else of it is shown.
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
      if (--this.#members < 0) return;
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

  // An error's stack is a getter from Node 21 on, and of the very error.
  #accessorOf(object, key, { enumerable, set }, live) {
    if (key === 'stack' && types.isNativeError(object)) {
      return { value: object.stack, enumerable: false, configurable: true, writable: true };
    }
    const isHidden = this.#redactor.isSecret(key, kHidden, live);
    const get = () => (isHidden ? kHidden : this.#redactor.redact(object[key]));
    return { get, set, enumerable, configurable: true };
  }
}

// Whether JSON of it is made by functions of its own.
function hasCode(object) {
  if (Array.isArray(object)) return false;
  if (typeof object.toJSON === 'function') return true;
  return Object.values(Object.getOwnPropertyDescriptors(object)).some(({ get }) => get !== undefined);
}

// {key, value, add} of what Node prints of an object, at least `most` of them if there are; `add` puts
// a value into a copy of it. Getters are not called.
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

// Of a long list the names of all members would take longer than the members.
function keysOf(object, most) {
  if (!Array.isArray(object) || object.length <= most) return Reflect.ownKeys(object);
  return Array.from({ length: most + 1 }, (_, index) => String(index));
}

function define(copy, key, value, original) {
  if (Object.hasOwn(copy, 'toJSON') && key === 'toJSON') return; // ours is there
  if (Array.isArray(copy) && key === 'length') {
    copy.length = value;
    return;
  }
  const { enumerable } = Reflect.getOwnPropertyDescriptor(original, key);
  Object.defineProperty(copy, key, { value, enumerable, configurable: true, writable: true });
}

// Lists of headers have a name and its value after each other.
function isNamedBefore(redactor, owner, key) {
  if (!Array.isArray(owner) || !(key > 0)) return false;
  const [name, value] = [owner[key - 1], owner[key]];
  return typeof name === 'string' && typeof value === 'string' && redactor.hides(name);
}

// What a copy cannot be made of by its members, but for those that a host has added.
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

module.exports = { Redactor };
