'use strict';
// Tells keys that are usually names of secrets, by the words they are made of. The rules are those of
// the recorder, which has them for JSON (lib/src/base/secret_key.hpp).

const kMaxKey = 256;

const kAnywhere = /password|passwd|passphrase|passcode|secrets? /;
const kAtTheEnd =
  /(?:token|authorization(?: header)?|cookies?|credentials?|(?:api|private|access) ?keys?|secretkeys?|(?:signing|encryption) ?key|credit ?card|card ?number|cvv|cvc|pwd|jwt|bearer|ssn) $/;
const kNoSecret = /(?:tracking|page|next|cancel) ?token $| at $/;

// In lower case, each with a space after it. A capital begins a word.
function wordsOf(key) {
  const parted = key.slice(-kMaxKey).replace(/(?<![A-Z])[A-Z]|[A-Z](?=[a-z])/g, ' $&');
  const words = parted.replace(/[^A-Za-z0-9]+/g, ' ').trim();
  return `${words.toLowerCase()} `;
}

function isSecretKey(key) {
  const words = wordsOf(key);
  return !kNoSecret.test(words) && (kAnywhere.test(words) || kAtTheEnd.test(words));
}

module.exports = { isSecretKey };
