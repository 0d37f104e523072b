'use strict';
// Hides secrets in values that become text before they reach the recorder, which finds them in JSON
// alone: what is printed, and what was thrown. The rules are the recorder's (`redact`,
// `redactSecrets`). A value with a secret in it is replaced by a copy that Node prints like it.

const { inspect, types } = require('node:util');

const kHidden = '[redacted]';
const kMaxDepth = 100;
// Of a value that is only printed: Node shows a hundred members of a list, and of a text less.
const kMaxPrintedMembers = 10_000;
const kMaxPrintedText = 64 * 1024;
const kMaxKnown = 2000; // answers that are remembered

// A name and what is between it and its value, as Node prints those of its own classes, such as
// Headers. It begins where no name goes on, so that long runs of letters are looked at once.
const kName = /(?<![\w$.-])(["']?)([\w$.-]+)\1\s*(?:=>|[:=])\s*/g;
const kValue =
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\[(?:[^\][]|\[[^\][]*\])*\]|(?:[\w$]+ )?\{(?:[^{}]|\{[^{}]*\})*\}|[^,;&}\n]+/y;
const kHeaderLine = /^([\w-]+): .*$/gm; // of an HTTP message that was kept as text

class Redactor {
  #ask;
  #known = new Map();

  // `hides(key)` is the recorder's answer; `pointers` are JSON pointers.
  constructor({ hides, pointers, redacts }) {
    this.#ask = hides;
    this.pointers = pointers.map(segmentsOf);
    this.isOn = redacts;
  }

  hides(key) {
    let answer = this.#known.get(key);
    if (answer === undefined) {
      if (this.#known.size >= kMaxKnown) this.#known.clear();
      answer = this.#ask(key);
      this.#known.set(key, answer);
    }
    return answer;
  }

  // The value itself where nothing in it is to be hidden. What is printed is looked at as far as
  // anybody would read it. Never throws.
  redact(value, { isPrinted = false } = {}) {
    if (!this.isOn || !isObject(value)) return value;
    const bounds = isPrinted ? [kMaxPrintedMembers, kMaxPrintedText] : [Infinity, Infinity];
    try {
      if (!new Search(this, ...bounds).finds(value, this.pointers, 0)) return value;
      return new Copy(this, ...bounds).of(value, this.pointers, 0);
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
    return !keepsNone && typeof key === 'string' && this.hides(key);
  }
}

// Looks for a secret, and stops at the first.
class Search {
  #redactor;
  #members; // that it may still look at
  #textSize;
  #seen = new Set();

  constructor(redactor, members, textSize) {
    this.#redactor = redactor;
    this.#members = members;
    this.#textSize = textSize;
  }

  finds(value, live, depth) {
    if (typeof value === 'string') {
      return value.length > this.#textSize || this.#redactor.redactHeaders(value) !== value;
    }
    if (!isObject(value) || isOpaque(value) || this.#seen.has(value)) return false;
    this.#seen.add(value);
    if (depth >= kMaxDepth || printsItself(value)) return true;
    for (const { key, value: member } of membersOf(value, this.#members)) {
      if (--this.#members < 0) return true;
      if (isNamedBefore(this.#redactor, value, key)) return true;
      if (this.#redactor.isSecret(key, member, live)) return true;
      if (this.finds(member, after(live, key), depth + 1)) return true;
    }
    return false;
  }
}

class Copy {
  #redactor;
  #members; // that it may still have
  #textSize;
  #made = new Map(); // by what it is a copy of

  constructor(redactor, members, textSize) {
    this.#redactor = redactor;
    this.#members = members;
    this.#textSize = textSize;
  }

  of(value, live, depth) {
    if (typeof value === 'string') return this.#redactor.redactHeaders(value.slice(0, this.#textSize));
    if (!isObject(value) || isOpaque(value)) return value;
    if (typeof value === 'function' && Object.keys(value).length === 0) return value;
    if (this.#made.has(value)) return this.#made.get(value);
    if (depth >= kMaxDepth || this.#members <= 0) return '[…]';
    const copy = this.#emptyOf(value);
    this.#made.set(value, copy);
    if (!printsItself(value)) this.#fill(copy, value, live, depth);
    return copy;
  }

  #emptyOf(value) {
    if (printsItself(value)) return this.#printerOf(value);
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
    return copy;
  }

  #printerOf(value) {
    const redactor = this.#redactor;
    return {
      [inspect.custom](...args) {
        const printed = value[inspect.custom](...args);
        return typeof printed === 'string' ? redactor.redactText(printed) : redactor.redact(printed);
      },
    };
  }

  #fill(copy, value, live, depth) {
    for (const { key, value: member, add } of membersOf(value, this.#members)) {
      if (--this.#members < 0) return;
      const isSecret =
        isNamedBefore(this.#redactor, value, key) || this.#redactor.isSecret(key, member, live);
      add(copy, isSecret ? kHidden : this.of(member, after(live, key), depth + 1));
    }
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (descriptor.get) Object.defineProperty(copy, key, accessorOf(value, key, descriptor));
    }
  }
}

// An error's stack is a getter from Node 21 on, and of the very error.
function accessorOf(object, key, descriptor) {
  if (key !== 'stack' || !types.isNativeError(object)) return descriptor;
  return { value: object.stack, enumerable: false, configurable: true, writable: true };
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

// What has no members that are printed by name.
function isOpaque(object) {
  return (
    types.isDate(object) ||
    types.isRegExp(object) ||
    types.isBoxedPrimitive(object) ||
    types.isAnyArrayBuffer(object) ||
    types.isPromise(object) ||
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

function segmentsOf(pointer) {
  const segments = pointer.slice(1).split('/');
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

module.exports = { Redactor };
