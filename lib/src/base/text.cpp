#include "base/text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace edo::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

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

bool is_clean_text(std::string_view text) noexcept {
  return text.find('\0') == std::string_view::npos &&
         simdjson::validate_utf8(text.data(), text.size());
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

struct Repair {
  std::string text;
  std::size_t replaced = 0;
  std::size_t depth = 0;
};

// Copies a document with what Postgres would refuse inside its strings replaced, and measures how
// deep it nests. It need not be valid JSON; the caller parses the outcome.
Repair repair_json(std::string_view json) {
  std::string clean;
  Repair repair;
  repair.replaced = append_repaired(json, clean);
  repair.text.reserve(clean.size());
  std::string_view rest = clean;
  bool in_string = false;
  std::size_t depth = 0;
  const auto copy = [&](std::size_t size) {
    repair.text += rest.substr(0, size);
    rest.remove_prefix(std::min(size, rest.size()));
  };
  const auto replace = [&](std::size_t size) {
    repair.text += kReplacement;
    rest.remove_prefix(size);
    ++repair.replaced;
  };
  while (!rest.empty()) {
    const char c = rest.front();
    if (!in_string) {
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
  // Takes integers of any length, which the fast parser does not.
  if (!nlohmann::json::accept(repair.text)) {
    replace_by_marker(json, "not valid JSON", out);
    return;
  }
  if (repair.replaced > 0) annotate(repair.text, repair.replaced);
  out = std::move(repair.text);
}

bool parses_fast(std::string& json) {
  thread_local simdjson::dom::parser parser;
  thread_local const auto depth = parser.allocate(4096, kMaxJsonDepth);
  if (depth != simdjson::SUCCESS) return false;
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  return parser.parse(json.data(), json.size(), false).error() == simdjson::SUCCESS;
}

}  // namespace

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

void admit_json(std::string_view json, std::size_t max_size, std::string& out) {
  if (json.size() > max_size) {
    replace_by_marker(json, "larger than maxJsonSize (" + std::to_string(max_size) + " bytes)",
                      out);
    return;
  }
  out.assign(json);
  // A backslash and a 'u' is all that hints at an escape Postgres may refuse.
  if (json.find("\\u") != std::string_view::npos || !parses_fast(out)) {
    admit_suspicious_json(json, out);
  }
}

std::string json_quote(std::string_view text) {
  std::string clean;
  append_repaired(text, clean);
  return nlohmann::json(clean).dump();
}

}  // namespace edo::base
