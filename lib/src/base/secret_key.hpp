// Tells keys that are usually names of secrets, by the words they are made of. "apiKey", "api-key"
// and "API_KEY" are the words "api key"; what is neither a letter nor a digit parts words, and so
// does a capital.
//
// - "password", "passwd", "passphrase" and "passcode" count anywhere, also inside a word. So does a
//   word that ends in "secret" or "secrets".
// - At the end of the key count: token, authorization (header), cookie, credentials, API, private,
//   access, secret, signing and encryption key, credit card, card number, cvv, cvc, pwd, jwt,
//   bearer and ssn, also written together or as the end of a word ("accesstoken").
// - A tracking token is not a secret: it ties invocations together, and anybody may see it. Neither
//   are tokens that say where a list goes on ("nextPageToken"), counts of tokens ("max_tokens") and
//   times ("passwordChangedAt").
//
// The Node package has the same rules for text (bindings/node/lib/secret_key.js); its tests compare
// the two.
#pragma once

#include <string_view>

namespace edo::base {

// No allocation; of a key that is longer than 256 bytes only the end is looked at.
[[nodiscard]] bool is_secret_key(std::string_view key) noexcept;

}  // namespace edo::base
