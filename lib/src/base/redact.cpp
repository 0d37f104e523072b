#include "base/redact.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/secret_key.hpp"
#include "base/text.hpp"
#include "edo/error.hpp"

namespace edo::base {
namespace {

constexpr std::string_view kRedacted = "\"[redacted]\"";
constexpr std::string_view kAny = "*";
constexpr std::string_view kLiterals = "ntf";  // how null, true and false begin
constexpr std::string_view kSpace = " \t\r\n";

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
  return result;
}

bool equal_but_case(std::string_view text, std::string_view lower_case) noexcept {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

bool is_index(std::string_view segment) noexcept {
  return !segment.empty() && segment.find_first_not_of("0123456789") == std::string_view::npos;
}

// Whether JSON can write the text with a backslash other than by \u.
bool has_short_escapes(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return c == '"' || c == '\\' || c == '/' || static_cast<unsigned char>(c) < 0x20;
  });
}

// The segments of a pointer that begins with '/'; nothing if an escape is wrong.
std::optional<std::vector<std::string>> segments_of(std::string_view pointer) {
  std::vector<std::string> segments;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    const char c = pointer[i];
    if (c == '/') {
      segments.emplace_back();
    } else if (c != '~') {
      segments.back() += c;
    } else if (++i < pointer.size() && (pointer[i] == '0' || pointer[i] == '1')) {
      segments.back() += pointer[i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return segments;
}

}  // namespace

// One pass over a document that finds where the values to be replaced begin and end. Strict in
// what structure it takes, so that nothing hides from it; of strings, numbers and literals it only
// finds the end.
class Redaction::Scan {
 public:
  Scan(const Redaction& rules, std::string_view json) : rules_(rules), json_(json) {
    for (const Pointer& pointer : rules.pointers_) live_.push_back(&pointer);
  }

  // False if the document makes no sense.
  bool run() {
    skip_space();
    if (!value({0, live_.size()}, 0)) return false;
    skip_space();
    return at_ == json_.size();
  }

  [[nodiscard]] bool found() const noexcept { return !spans_.empty(); }

  [[nodiscard]] std::string result() const {
    std::string text;
    text.reserve(json_.size());
    std::size_t done = 0;
    for (const Span& span : spans_) {
      text += json_.substr(done, span.begin - done);
      text += kRedacted;
      done = span.end;
    }
    return text += json_.substr(done);
  }

 private:
  struct Span {
    std::size_t begin;
    std::size_t end;
  };
  // The part of live_ with the pointers that lead into the value at hand.
  struct Live {
    std::size_t begin;
    std::size_t end;
  };

  void skip_space() noexcept { at_ = std::min(json_.find_first_not_of(kSpace, at_), json_.size()); }

  bool take(char c) noexcept {
    if (at_ == json_.size() || json_[at_] != c) return false;
    ++at_;
    return true;
  }

  // A value at `depth`, which is how many segments of the pointers have led to it.
  bool value(Live live, std::size_t depth) {
    if (at_ == json_.size()) return false;
    switch (json_[at_]) {
      case '{':
        return depth < kMaxJsonDepth && object(live, depth);
      case '[':
        return depth < kMaxJsonDepth && array(live, depth);
      case '"':
        return string();
      default:
        return word();
    }
  }

  bool object(Live live, std::size_t depth) {
    ++at_;
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      const std::size_t begin = at_;
      if (!string()) return false;
      const std::string_view raw = json_.substr(begin, at_ - begin);
      skip_space();
      if (!take(':')) return false;
      skip_space();
      if (!named(raw, live, depth)) return false;
      skip_space();
    } while (take(','));
    return take('}');
  }

  // The value of a key, given as it is written, with its quotes.
  bool named(std::string_view raw, Live live, std::size_t depth) {
    if (raw.find('\\') == std::string_view::npos) {
      return member(raw.substr(1, raw.size() - 2), true, live, depth);
    }
    const auto name = nlohmann::json::parse(raw, nullptr, false);
    if (!name.is_string()) return false;
    return member(name.get_ref<const std::string&>(), true, live, depth);
  }

  bool array(Live live, std::size_t depth) {
    ++at_;
    skip_space();
    if (take(']')) return true;
    std::size_t index = 0;
    do {
      skip_space();
      // The text of an index is made only if a pointer might be after it.
      const bool wanted = live.begin != live.end;
      if (!member(wanted ? std::to_string(index) : std::string(), false, live, depth)) return false;
      ++index;
      skip_space();
    } while (take(','));
    return take(']');
  }

  // The value under a key or at an index.
  bool member(std::string_view name, bool is_key, Live live, std::size_t depth) {
    bool secret = is_key && !hidden_ && is_secret(name);
    const std::size_t before = live_.size();
    for (std::size_t i = live.begin; i < live.end && !secret; ++i) {
      const Pointer& segments = *live_[i];
      if (segments[depth] != name && segments[depth] != kAny) continue;
      secret = segments.size() == depth + 1;
      live_.push_back(live_[i]);
    }
    if (secret) live_.resize(before);
    const std::size_t begin = at_;
    const bool outermost = secret && !hidden_;
    hidden_ = hidden_ || secret;
    const bool good = value({before, live_.size()}, depth + 1);
    live_.resize(before);
    if (outermost) {
      hidden_ = false;
      spans_.push_back({begin, at_});
    }
    return good;
  }

  // Of the value that begins here.
  [[nodiscard]] bool is_secret(std::string_view name) const noexcept {
    if (rules_.has_key(name)) return true;
    const bool is_literal = at_ < json_.size() && kLiterals.find(json_[at_]) != kLiterals.npos;
    return rules_.secrets_ && !is_literal && is_secret_key(name);
  }

  bool string() noexcept {
    if (!take('"')) return false;
    for (; at_ < json_.size(); ++at_) {
      if (json_[at_] == '"') {
        ++at_;
        return true;
      }
      if (json_[at_] == '\\') ++at_;
    }
    at_ = json_.size();
    return false;
  }

  // A number, true, false or null; admit_json checks which.
  bool word() noexcept {
    const std::size_t begin = at_;
    at_ = std::min(json_.find_first_not_of("+-.0123456789Eaeflnrstu", at_), json_.size());
    return at_ > begin;
  }

  const Redaction& rules_;
  const std::string_view json_;
  std::size_t at_ = 0;
  bool hidden_ = false;  // inside a value that is replaced already
  std::vector<const Pointer*> live_;
  std::vector<Span> spans_;
};

Redaction::Redaction(const std::vector<std::string>& rules, bool secrets) : secrets_(secrets) {
  if (const auto why = problem(rules)) throw Error(ErrorKind::invalid_argument, {}, "redact", *why);
  for (const std::string& rule : rules) {
    if (rule.front() == '/') {
      add_pointer(rule);
    } else {
      add_key(rule);
    }
  }
}

std::optional<std::string> Redaction::problem(const std::vector<std::string>& rules) {
  for (const std::string& rule : rules) {
    if (rule.empty()) {
      return "a rule is empty; it must be a key's name, or a JSON pointer that begins with '/'";
    }
    if (rule.front() == '/' && !segments_of(rule)) {
      return json_quote(rule) + " is not a JSON pointer; write ~0 for '~'";
    }
  }
  return std::nullopt;
}

bool Redaction::has_key(std::string_view key) const noexcept {
  return std::any_of(keys_.begin(), keys_.end(),
                     [&](const auto& name) { return equal_but_case(key, name); });
}

void Redaction::add_key(const std::string& name) {
  keys_.push_back(lower(name));
  add_needle(name);
}

void Redaction::add_pointer(std::string_view pointer) {
  pointers_.push_back(segments_of(pointer).value());
  // Its longest segment that can only be a key; indexes are not written in a document.
  std::string_view longest;
  for (const std::string& segment : pointers_.back()) {
    if (segment.size() > longest.size() && segment != kAny && !is_index(segment)) longest = segment;
  }
  add_needle(longest);
}

void Redaction::add_needle(std::string_view needle) {
  if (needle.empty() || has_short_escapes(needle)) {
    always_scan_ = true;
    return;
  }
  needles_.push_back(lower(needle));
  for (unsigned byte = 0; byte < begins_needle_.size(); ++byte) {
    if (lower(static_cast<char>(byte)) == needles_.back().front()) begins_needle_[byte] = true;
  }
}

bool Redaction::may_match(std::string_view json) const noexcept {
  if (empty()) return false;
  if (always_scan_ || json.find("\\u") != std::string_view::npos) return true;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (!begins_needle_[static_cast<unsigned char>(json[i])]) continue;
    for (const std::string& needle : needles_) {
      if (equal_but_case(json.substr(i, needle.size()), needle)) return true;
    }
  }
  return secrets_ && may_have_secret(json);
}

// Looks at what stands between quotes before a colon; that may be part of a text too.
bool Redaction::may_have_secret(std::string_view json) const noexcept {
  for (auto colon = json.find(':'); colon != json.npos; colon = json.find(':', colon + 1)) {
    const auto end = json.find_last_not_of(kSpace, colon == 0 ? 0 : colon - 1);
    if (end == json.npos || end == 0 || json[end] != '"') continue;
    const auto begin = json.rfind('"', end - 1);
    if (begin == json.npos) continue;
    if (begin > 0 && json[begin - 1] == '\\') return true;  // only a part of the key
    if (is_secret_key(json.substr(begin + 1, end - begin - 1))) return true;
  }
  return false;
}

void Redaction::apply(std::string& json) const {
  if (!may_match(json)) return;
  Scan scan(*this, json);
  if (!scan.run()) {
    json = kRedacted;
  } else if (scan.found()) {
    json = scan.result();
  }
}

}  // namespace edo::base
