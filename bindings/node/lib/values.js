'use strict';

// JSON text for any value. Never throws.
function encode(value) {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    return JSON.stringify({ unreadable: String(error) });
  }
}

module.exports = { encode };
