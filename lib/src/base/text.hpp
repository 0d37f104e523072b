// Checks text and JSON before they are stored: what Postgres would refuse is repaired or replaced,
// and a marker says so.
//
// Postgres takes neither invalid UTF-8 nor NUL in text, and neither \u0000 nor half a surrogate
// pair in jsonb. Each such byte or escape becomes U+FFFD. Text then ends in a marker like
// " [edo: replaced 2 bytes]"; a JSON object gets a member "$edo", any other JSON value is wrapped
// in {"$edo": …, "value": …}. A byte order mark before a document goes. What cannot be repaired (no
// JSON at all, nested deeper than kMaxJsonDepth, a number beyond Postgres's numeric, larger than
// the limit) is replaced by {"$edo": {"replaced": why, "bytes": n, "text": the first kMarkerBytes
// of it}}.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace edo::base {

inline constexpr std::size_t kMaxJsonDepth = 512;
inline constexpr std::size_t kMarkerBytes = 4096;

// True for text that Postgres takes as it is.
[[nodiscard]] bool is_clean_text(std::string_view text) noexcept;

// Puts `text` into `out`, repaired where that is needed and cut at `max_size` bytes.
void admit_text(std::string_view text, std::size_t max_size, std::string& out);
[[nodiscard]] std::string admit_text(std::string_view text, std::size_t max_size);

// Puts the JSON document `json` into `out` as described above.
void admit_json(std::string_view json, std::size_t max_size, std::string& out);

// A JSON string literal with its quotes; NUL and bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);

}  // namespace edo::base
