#include "base/text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/exit.hpp"
#include "base/of_this_thread.hpp"

namespace edo::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The length of the UTF-8 sequence at the start of `text`, or 0 if there is none (RFC 3629).
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
    if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;  // overlong
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;  // beyond U+10FFFF
    return 4;
  }
  return 0;
}

// How many bytes of ASCII but NUL there are at the start of `text`, in steps of eight.
std::size_t plain_length(std::string_view text) noexcept {
  constexpr std::uint64_t kLow = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  std::size_t at = 0;
  for (std::uint64_t bytes = 0; at + sizeof bytes <= text.size(); at += sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    const bool has_nul = ((bytes - kLow) & ~bytes & kHigh) != 0;
    if (has_nul || (bytes & kHigh) != 0) break;
  }
  return at;
}

// Appends `text` with every invalid byte and every NUL replaced; returns how many there were.
std::size_t append_repaired(std::string_view text, std::string& out) {
  std::size_t replaced = 0;
  while (!text.empty()) {
    const std::size_t length = text.front() == '\0' ? 0 : utf8_length(text);
    if (length == 0) {
      out += kReplacement;
      ++replaced;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return replaced;
}

// At most `size` bytes of `text`, without half a character at the end.
std::string_view cut(std::string_view text, std::size_t size) noexcept {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

void replace_by_marker(std::string_view json, std::string_view why, std::string& out) {
  out = "{\"$edo\":{\"replaced\":" + json_quote(why) + ",\"bytes\":" + std::to_string(json.size()) +
        ",\"text\":" + json_quote(cut(json, kMarkerBytes)) + "}}";
}

std::optional<unsigned> escaped_unit(std::string_view text) noexcept {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(2, 4)) {
    const auto digit = std::string_view{"0123456789abcdef"}.find(
        static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
    if (digit == std::string_view::npos) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit);
  }
  return value;
}

bool is_high(unsigned unit) noexcept { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(unsigned unit) noexcept { return unit >= 0xDC00 && unit <= 0xDFFF; }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t from) noexcept {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

// A number of JSON (RFC 8259, section 6) at the start of a text.
struct Number {
  std::size_t size = 0;       // of its text; 0 if there is none
  bool fits_numeric = false;  // Postgres takes it
};

// Postgres's numeric has at most 131072 digits before the point and 16383 after it, once the
// exponent is reckoned in (https://www.postgresql.org/docs/current/datatype-numeric.html).
Number number_at_start(std::string_view text) noexcept {
  constexpr std::int64_t kBefore = 131072;
  constexpr std::int64_t kAfter = 16383;
  constexpr std::size_t kExponentDigits = 6;
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const bool zero = text.substr(at, 1) == "0";
  const std::size_t before = zero ? 1 : digits_at(text, at);
  at += before;
  if (before == 0 || (zero && at < text.size() && is_digit(text[at]))) return {};
  std::size_t after = 0;
  if (at < text.size() && text[at] == '.' && (after = digits_at(text, at + 1)) > 0) at += 1 + after;
  std::int64_t exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const bool sign = at + 1 < text.size() && (text[at + 1] == '-' || text[at + 1] == '+');
    const std::size_t begin = at + (sign ? 2 : 1);
    const std::size_t digits = digits_at(text, begin);
    std::string_view value = text.substr(std::min(begin, text.size()), digits);
    value.remove_prefix(std::min(value.find_first_not_of('0'), value.size()));
    if (value.size() > kExponentDigits) return {begin + digits, false};
    for (const char c : value) exponent = exponent * 10 + (c - '0');
    if (sign && text[at + 1] == '-') exponent = -exponent;
    if (digits > 0) at = begin + digits;
  }
  return {at, static_cast<std::int64_t>(before) + exponent <= kBefore &&
                  static_cast<std::int64_t>(after) - exponent <= kAfter};
}

struct Repair {
  std::string text;
  std::string outline;  // the same with short numbers in place of all, for a parser of doubles
  std::size_t replaced = 0;
  std::size_t depth = 0;
  bool fits_numeric = true;  // all of its numbers do
};

// Copies a document with what Postgres would refuse inside its strings replaced, and measures how
// deep it nests. It need not be valid JSON; the caller parses the outcome.
Repair repair_json(std::string_view json) {
  std::string clean;
  Repair repair;
  repair.replaced = append_repaired(json, clean);
  repair.text.reserve(clean.size());
  repair.outline.reserve(clean.size());
  std::string_view rest = clean;
  bool in_string = false;
  std::size_t depth = 0;
  const auto copy = [&](std::size_t size) {
    repair.text += rest.substr(0, size);
    repair.outline += rest.substr(0, size);
    rest.remove_prefix(std::min(size, rest.size()));
  };
  const auto replace = [&](std::size_t size) {
    repair.text += kReplacement;
    repair.outline += kReplacement;
    rest.remove_prefix(size);
    ++repair.replaced;
  };
  while (!rest.empty()) {
    const char c = rest.front();
    if (const Number number = in_string ? Number{} : number_at_start(rest); number.size > 0) {
      repair.fits_numeric = repair.fits_numeric && number.fits_numeric;
      repair.text += rest.substr(0, number.size);
      // With sign, fraction and exponent, so that nothing beside it can become part of it.
      repair.outline += rest.front() == '-' ? "-0.0e0" : "0.0e0";
      rest.remove_prefix(number.size);
    } else if (!in_string) {
      if (c == '{' || c == '[') repair.depth = std::max(repair.depth, ++depth);
      if ((c == '}' || c == ']') && depth > 0) --depth;
      in_string = c == '"';
      copy(1);
    } else if (c != '\\') {
      in_string = c != '"';
      copy(1);
    } else if (const auto unit = escaped_unit(rest); !unit) {
      copy(2);
    } else if (is_high(*unit)) {
      const auto next = escaped_unit(rest.substr(6));
      if (next && is_low(*next)) {
        copy(12);
      } else {
        replace(6);
      }
    } else if (*unit == 0 || is_low(*unit)) {
      replace(6);
    } else {
      copy(6);
    }
  }
  return repair;
}

// Puts a note about the repair into the document, which is valid JSON.
void annotate(std::string& json, std::size_t replaced) {
  const std::string note = "\"$edo\":{\"repaired\":\"replaced " + std::to_string(replaced) +
                           (replaced == 1 ? " character" : " characters") +
                           " that Postgres refuses\"}";
  const auto first = json.find_first_not_of(" \t\r\n");
  if (json[first] != '{') {
    json = "{" + note + ",\"value\":" + json + "}";
    return;
  }
  const bool empty = json.find_first_not_of(" \t\r\n", first + 1) == json.find('}', first);
  json.insert(first + 1, empty ? note : note + ",");
}

// The careful way, for the rare document that the fast parser does not take or that has escapes
// which Postgres refuses.
void admit_suspicious_json(std::string_view json, std::string& out) {
  Repair repair = repair_json(json);
  if (repair.depth > kMaxJsonDepth) {
    replace_by_marker(json, "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels", out);
    return;
  }
  if (!nlohmann::json::accept(repair.outline)) {
    replace_by_marker(json, "not valid JSON", out);
    return;
  }
  if (!repair.fits_numeric) {
    replace_by_marker(json, "a number with more digits than Postgres takes", out);
    return;
  }
  if (repair.replaced > 0) annotate(repair.text, repair.replaced);
  out = std::move(repair.text);
}

// Whether an exponent of four digits begins at `at`, where a letter stands: behind a digit, and
// not in the middle of a UUID.
bool is_long_exponent(std::string_view json, std::size_t at) noexcept {
  const bool sign = json[at + 1] == '-' || json[at + 1] == '+';
  const std::size_t begin = at + (sign ? 2 : 1);
  const std::size_t end = begin + digits_at(json, begin);
  return end - begin >= 4 && is_digit(json[at - 1]) &&
         (end == json.size() ||
          std::string_view(",]} \t\r\n").find(json[end]) != std::string::npos);
}

// Whether there may be a number beyond what Postgres takes: one of 300 characters, or with an
// exponent of four digits. Without branches inside of a block, so that a compiler can look at many
// bytes at once.
bool may_have_extreme_number(std::string_view json) noexcept {
  constexpr std::size_t kBlock = 64;
  constexpr std::size_t kLongRun = 150;  // of digits, on one side of the point
  for (std::size_t i = kLongRun - 1; i < json.size(); i += kLongRun) {
    if (!is_digit(json[i])) continue;
    std::size_t begin = i;
    while (begin > 0 && is_digit(json[begin - 1])) --begin;
    if (digits_at(json, begin) >= kLongRun) return true;
  }
  // Digits stand two and three places behind the letter, with a sign or without.
  for (std::size_t i = 1; i + 4 < json.size(); i += kBlock) {
    unsigned char found = 1;
    if (i + kBlock + 4 <= json.size()) {
      found = 0;
      const char* const at = json.data() + i;
      for (std::size_t k = 0; k < kBlock; ++k) {
        const int likely =
            int{(at[k] | 0x20) == 'e'} & int{is_digit(at[k + 2])} & int{is_digit(at[k + 3])};
        found = static_cast<unsigned char>(found | likely);
      }
    }
    if (found == 0) continue;
    for (std::size_t k = i; k < std::min(i + kBlock, json.size() - 4); ++k) {
      if ((json[k] | 0x20) == 'e' && is_long_exponent(json, k)) return true;
    }
  }
  return false;
}

struct Parser {
  simdjson::dom::parser parser;
  simdjson::error_code ready =
      is_exiting() ? simdjson::UNINITIALIZED : parser.allocate(4096, kMaxJsonDepth);
};

bool parses_fast(std::string& json) {
  auto& [parser, ready] = of_this_thread<Parser>();
  if (ready != simdjson::SUCCESS) return false;
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  return parser.parse(json.data(), json.size(), false).error() == simdjson::SUCCESS;
}

}  // namespace

bool is_clean_text(std::string_view text) noexcept {
  while (!text.empty()) {
    text.remove_prefix(plain_length(text));
    if (text.empty()) break;
    const std::size_t length = text.front() == '\0' ? 0 : utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void admit_text(std::string_view text, std::size_t max_size, std::string& out) {
  const std::string_view kept = cut(text, max_size);
  std::size_t replaced = 0;
  if (is_clean_text(kept)) {
    out.assign(kept);
  } else {
    out.clear();
    replaced = append_repaired(kept, out);
  }
  const std::size_t lost = text.size() - kept.size();
  if (replaced > 0) {
    out += " [edo: replaced " + std::to_string(replaced) + (replaced == 1 ? " byte]" : " bytes]");
  }
  if (lost > 0) out += " [edo: cut " + std::to_string(lost) + " bytes]";
}

std::string admit_text(std::string_view text, std::size_t max_size) {
  std::string admitted;
  admit_text(text, max_size, admitted);
  return admitted;
}

void admit_json(std::string_view json, std::size_t max_size, std::string& out) {
  if (json.size() > max_size) {
    replace_by_marker(json, "larger than maxJsonSize (" + std::to_string(max_size) + " bytes)",
                      out);
    return;
  }
  // Parsers pass over a byte order mark, Postgres does not.
  while (json.starts_with(kByteOrderMark)) json.remove_prefix(kByteOrderMark.size());
  out.assign(json);
  // A backslash and a 'u' is all that hints at an escape Postgres may refuse.
  if (json.find("\\u") != std::string_view::npos || may_have_extreme_number(json) ||
      !parses_fast(out)) {
    admit_suspicious_json(json, out);
  }
}

std::string json_quote(std::string_view text) {
  std::string clean;
  append_repaired(text, clean);
  return nlohmann::json(clean).dump();
}

}  // namespace edo::base
