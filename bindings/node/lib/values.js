'use strict';
// Turns any value into JSON text that a person can read. JSON values come out exactly as from
// JSON.stringify; everything else becomes a marker in brackets that describes it. Never throws, and is
// bounded in size and time, so that no value can stop the host.

const { infrastructureName, constructorName } = require('./infrastructure');
const { types } = require('node:util');

const kDefaultMaxBytes = 1024 * 1024; // the recorder's own default, maxJsonSize
const kMaxDepth = 500; // the recorder refuses what nests deeper than 512
const kMaxInstances = 6; // nested class instances; deeper ones are a library's internals
const kMaxMillis = 50; // for what needs more than JSON.stringify
const kShownBytes = 32; // of a buffer
const kContainerBytes = 32; // brackets, and the marker of what is left out

// JSON text of `value`, of at most `maxBytes`; undefined for undefined, which is not a value.
function encode(value, { maxBytes = kDefaultMaxBytes } = {}) {
  if (value === undefined) return undefined;
  try {
    const text = encodePlain(value, maxBytes);
    if (text !== undefined) return text;
  } catch {
    // A getter, a proxy or a toJSON that throws: the slow way says which.
  }
  try {
    return JSON.stringify(new Simplifier(maxBytes).simplify(value, 0));
  } catch (error) {
    return JSON.stringify(`[not readable: ${messageOf(error)}]`);
  }
}

// The fast way, for values that are JSON already. Returns undefined for others and for large ones.
function encodePlain(value, maxBytes) {
  if (remainingOf(value, maxBytes, 0) < 0) return undefined;
  const text = JSON.stringify(value);
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes ? text : undefined;
}

// What is left of a budget of bytes after the value's own; negative if the value is not plain.
function remainingOf(value, budget, depth) {
  if (budget < 0) return -1;
  switch (typeof value) {
    case 'string':
      return budget - value.length - 3;
    case 'boolean':
    case 'undefined': // left out of an object, null in an array
      return budget - 5;
    case 'number':
      return Number.isFinite(value) ? budget - 2 : -1;
    case 'object':
      return value === null ? budget - 5 : remainingOfObject(value, budget - 3, depth + 1);
    default:
      return -1;
  }
}

function remainingOfObject(object, budget, depth) {
  if (depth > kMaxDepth) return -1;
  const prototype = Object.getPrototypeOf(object);
  let left = budget;
  if (Array.isArray(object)) {
    if (prototype !== Array.prototype || object.toJSON !== undefined) return -1;
    for (let i = 0; i < object.length && left >= 0; i++) left = remainingOf(object[i], left, depth);
    return left;
  }
  if (prototype === Date.prototype) return Number.isNaN(object.getTime()) ? -1 : left - 26;
  if (prototype !== Object.prototype && prototype !== null) return -1;
  if (typeof object.toJSON === 'function') return -1;
  for (const key in object) {
    left = remainingOf(object[key], left - key.length - 4, depth);
    if (left < 0) return -1;
  }
  return left;
}

// The slow way: makes a plain copy of the value within a budget, with markers for what is not plain.
class Simplifier {
  #left;
  #deadline = performance.now() + kMaxMillis;
  #visited = 0;
  #path = new Set(); // the objects around the present one
  #instances = 0; // how many of these are class instances

  constructor(maxBytes) {
    this.#left = maxBytes;
  }

  simplify(value, depth) {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? this.#spend(value, 8) : this.#text(String(value));
      case 'boolean':
      case 'undefined':
        return this.#spend(value, 5);
      case 'bigint':
        return this.#text(`${bigintDigits(value)}n`);
      case 'symbol':
        return this.#text(String(value));
      case 'function':
        return this.#text(functionMarker(value));
      default:
        return value === null ? this.#spend(null, 5) : this.#object(value, depth + 1);
    }
  }

  #object(object, depth) {
    if (this.#path.has(object)) return this.#text('[Circular]');
    if (depth > kMaxDepth) return this.#text('[… nested too deep]');
    this.#left -= kContainerBytes;
    this.#path.add(object);
    try {
      return this.#contents(object, depth);
    } catch (error) {
      return this.#text(`[not readable: ${messageOf(error)}]`);
    } finally {
      this.#path.delete(object);
    }
  }

  #contents(object, depth) {
    if (Array.isArray(object)) return this.#list(object, object.length, depth);
    const known = knownMarker(object);
    if (known !== undefined) return this.#text(known);
    if (types.isBoxedPrimitive(object)) return this.simplify(object.valueOf(), depth);
    if (types.isMap(object)) return { '[Map]': this.#map(object, depth + 1) };
    if (types.isSet(object)) return { '[Set]': this.#list(object, object.size, depth + 1) };
    if (object instanceof Error) return this.#members(errorKeys(object), membersOf(object), depth);

    const infrastructure = infrastructureName(object);
    if (infrastructure !== undefined) return this.#text(`[${infrastructure}]`);
    if (typeof object.toJSON === 'function') return this.simplify(callToJson(object), depth);

    const prototype = Object.getPrototypeOf(object);
    if (prototype === Object.prototype || prototype === null) {
      return this.#members(Object.keys(object), membersOf(object), depth);
    }
    if (this.#instances >= kMaxInstances) return this.#text(`[${constructorName(object)}]`);
    this.#instances++;
    try {
      return this.#members(Object.keys(object), membersOf(object), depth);
    } finally {
      this.#instances--;
    }
  }

  #list(iterable, length, depth) {
    const list = [];
    for (const item of iterable) {
      if (this.#isSpent()) {
        list.push(`[… ${length - list.length} more]`);
        break;
      }
      list.push(this.simplify(item, depth));
    }
    return list;
  }

  // Redaction goes by keys, so text that is a key must stay one.
  #map(map, depth) {
    const keys = [...Map.prototype.keys.call(map)];
    if (!keys.every(isText)) return this.#list(pairs(map), keys.length, depth);
    return this.#members(keys, (key) => Map.prototype.get.call(map, key), depth);
  }

  // `read(key)` gives the value of a key.
  #members(keys, read, depth) {
    const copy = Object.create(null); // so that a key named __proto__ is one like any other
    let shown = 0;
    for (const key of keys) {
      if (this.#isSpent()) {
        copy['…'] = `[${keys.length - shown} more]`;
        break;
      }
      copy[this.#text(key)] = this.#member(key, read, depth);
      shown++;
    }
    return copy;
  }

  #member(key, read, depth) {
    let value;
    try {
      value = read(key);
    } catch (error) {
      return this.#text(`[getter threw: ${messageOf(error)}]`);
    }
    return this.simplify(value, depth);
  }

  // One text may take half of the rest, so that values after a huge one are visible as well.
  #text(text) {
    const bound = Math.max(this.#left >> 1, 48);
    let shown = text;
    let bytes = text.length <= bound ? byteLengthAsJson(text) : Infinity;
    if (bytes > bound) {
      const kept = longestPrefix(text, bound);
      shown = `${kept}… [${text.length - kept.length} more characters]`;
      bytes = byteLengthAsJson(shown);
    }
    return this.#spend(shown, bytes + 2);
  }

  #spend(value, bytes) {
    this.#left -= bytes;
    return value;
  }

  #isSpent() {
    if (++this.#visited % 64 === 0 && performance.now() > this.#deadline) this.#left = 0;
    return this.#left <= 0;
  }
}

function byteLengthAsJson(text) {
  return Buffer.byteLength(JSON.stringify(text));
}

// About as much of the text's beginning as fits into the bound; halves of a pair stay together.
function longestPrefix(text, bound) {
  let length = Math.min(text.length, bound);
  for (;;) {
    const bytes = byteLengthAsJson(text.slice(0, length));
    if (bytes <= bound) break;
    length = Math.floor(((length * bound) / bytes) * 0.99);
  }
  const last = text.charCodeAt(length - 1);
  if (last >= 0xd800 && last <= 0xdbff) length--;
  return text.slice(0, length);
}

// Decimal digits take a time that grows with the square of their number.
function bigintDigits(value) {
  const kTooLarge = 1n << 4096n;
  return value > -kTooLarge && value < kTooLarge ? String(value) : 'a number of over 1000 digits, ';
}

function functionMarker(value) {
  let name = '';
  try {
    name = typeof value.name === 'string' ? value.name.slice(0, 100) : '';
  } catch {
    // A proxy may refuse even this.
  }
  return name === '' ? '[Function]' : `[Function: ${name}]`;
}

// Objects that have no members worth showing.
function knownMarker(object) {
  if (types.isProxy(object)) return undefined;
  if (types.isDate(object))
    return Number.isNaN(object.getTime()) ? '[Invalid Date]' : object.toISOString();
  if (types.isRegExp(object)) return String(object);
  if (ArrayBuffer.isView(object)) return bufferMarker(object);
  if (types.isAnyArrayBuffer(object))
    return `[${constructorName(object)}: ${object.byteLength} bytes]`;
  if (types.isPromise(object)) return '[Promise]';
  return undefined;
}

function bufferMarker(view) {
  const shown = Buffer.from(view.buffer, view.byteOffset, Math.min(view.byteLength, kShownBytes));
  const rest = view.byteLength > kShownBytes ? '…' : '';
  return `[${constructorName(view)}: ${view.byteLength} bytes ${shown.toString('hex')}${rest}]`;
}

const isText = (value) => typeof value === 'string';

const membersOf = (object) => (key) => object[key];

// The entries of a map whose keys are not all text.
function* pairs(map) {
  for (const [key, value] of Map.prototype.entries.call(map)) {
    yield isText(key) ? { [key]: value } : [key, value];
  }
}

function callToJson(object) {
  try {
    return object.toJSON();
  } catch (error) {
    return `[toJSON threw: ${messageOf(error)}]`;
  }
}

// An error's own names are not enumerable, so JSON.stringify would leave the error empty.
function errorKeys(error) {
  const keys = new Set(['name', 'message', 'stack', ...Object.keys(error)]);
  for (const key of ['cause', 'errors']) {
    if (Object.hasOwn(error, key)) keys.add(key);
  }
  return [...keys];
}

function messageOf(error) {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, 200);
  } catch {
    return 'an error that cannot be shown';
  }
}

module.exports = { encode, messageOf };
