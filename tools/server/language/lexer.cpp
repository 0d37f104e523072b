#include "tools/server/language/lexer.hpp"

#include <algorithm>
#include <vector>

#include "tools/server/language/error.hpp"

namespace edo::language {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlockQuote = "\"\"\"";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_name_start(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) noexcept { return is_name_start(c) || is_digit(c); }
bool is_line_end(char c) noexcept { return c == '\n' || c == '\r'; }

bool is_leading_surrogate(char32_t code) noexcept { return code >= 0xD800 && code <= 0xDBFF; }
bool is_trailing_surrogate(char32_t code) noexcept { return code >= 0xDC00 && code <= 0xDFFF; }

void append_utf8(std::string& out, char32_t code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find_first_of("\r\n");
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

// BlockStringValue() of the specification: removes the indentation that all lines but the first
// share, and blank lines at both ends.
std::string without_indentation(std::string_view raw) {
  auto lines = lines_of(raw);
  const auto indentation = [](std::string_view line) {
    return std::min(line.find_first_not_of(" \t"), line.size());
  };
  const auto is_blank = [&](std::string_view line) { return indentation(line) == line.size(); };

  std::size_t common = std::string_view::npos;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!is_blank(lines[i])) common = std::min(common, indentation(lines[i]));
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    lines[i].remove_prefix(std::min(common, lines[i].size()));
  }
  const auto first = std::find_if_not(lines.begin(), lines.end(), is_blank);
  const auto last = std::find_if_not(lines.rbegin(), lines.rend(), is_blank).base();

  std::string value;
  for (auto line = first; line < last; ++line) {
    if (line != first) value += '\n';
    value += *line;
  }
  return value;
}

}  // namespace

bool is_name(std::string_view text) noexcept {
  return !text.empty() && is_name_start(text.front()) &&
         std::all_of(text.begin(), text.end(), is_name_part);
}

void refuse_syntax() {
  throw RequestError("validation-failed", "$.query", "not a valid graphql query");
}

Token Lexer::next() {
  skip_ignored();
  Token token;
  token.location = {line_, static_cast<int>(position_ - line_start_) + 1};
  if (position_ == source_.size()) return token;

  const std::size_t start = position_;
  const char c = source_[position_];
  if (is_name_start(c)) {
    token.kind = TokenKind::name;
    lex_name();
  } else if (is_digit(c) || c == '-') {
    token.kind = lex_number();
  } else if (c == '"') {
    token.kind = TokenKind::string;
    token.value = ahead(kBlockQuote) ? lex_block_string() : lex_string();
  } else {
    token.kind = TokenKind::punctuator;
    if (ahead("...")) {
      position_ += 3;
    } else if (std::string_view("!$&():=@[]{|}").find(c) != std::string_view::npos) {
      ++position_;
    } else {
      refuse_syntax();
    }
  }
  token.text = source_.substr(start, position_ - start);
  return token;
}

// White space, commas and comments are ignored.
void Lexer::skip_ignored() {
  while (position_ < source_.size()) {
    const char c = source_[position_];
    if (c == ' ' || c == '\t' || c == ',') {
      ++position_;
    } else if (is_line_end(c)) {
      position_ += ahead("\r\n") ? 2 : 1;
      count_line(position_);
    } else if (ahead(kByteOrderMark)) {
      position_ += kByteOrderMark.size();
    } else if (c == '#') {
      position_ = std::min(source_.find_first_of("\r\n", position_), source_.size());
    } else {
      return;
    }
  }
}

void Lexer::count_line(std::size_t line_start) noexcept {
  ++line_;
  line_start_ = line_start;
}

void Lexer::lex_name() {
  while (is_name_part(at(position_))) ++position_;
}

TokenKind Lexer::lex_number() {
  auto kind = TokenKind::integer;
  if (at(position_) == '-') ++position_;
  if (at(position_) == '0') {
    ++position_;
  } else {
    lex_digits();
  }
  if (at(position_) == '.') {
    kind = TokenKind::floating;
    ++position_;
    lex_digits();
  }
  if (at(position_) == 'e' || at(position_) == 'E') {
    kind = TokenKind::floating;
    ++position_;
    if (at(position_) == '+' || at(position_) == '-') ++position_;
    lex_digits();
  }
  // 01, 1.2.3 and 0xF are errors, not two tokens.
  if (is_name_part(at(position_)) || at(position_) == '.') refuse_syntax();
  return kind;
}

void Lexer::lex_digits() {
  if (!is_digit(at(position_))) refuse_syntax();
  while (is_digit(at(position_))) ++position_;
}

std::string Lexer::lex_string() {
  std::string value;
  ++position_;
  while (true) {
    const std::size_t end = source_.find_first_of("\"\\\r\n", position_);
    if (end == std::string_view::npos || is_line_end(source_[end])) refuse_syntax();
    value += source_.substr(position_, end - position_);
    position_ = end + 1;
    if (source_[end] == '"') return value;
    lex_escape(value);
  }
}

void Lexer::lex_escape(std::string& value) {
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char letter = at(position_++);
  if (letter == 'u') return append_utf8(value, lex_unicode_escape());
  const std::size_t found = kLetters.find(letter);
  if (found == std::string_view::npos) refuse_syntax();
  value += kMeanings[found];
}

// After \u: four digits, a surrogate pair of two escapes, or {digits}.
char32_t Lexer::lex_unicode_escape() {
  if (at(position_) == '{') {
    const std::size_t close = source_.find('}', ++position_);
    // Leading zeros are allowed, but graphql-js accepts at most eight digits.
    if (close == std::string_view::npos || close == position_ || close - position_ > 8) {
      refuse_syntax();
    }
    const char32_t code = lex_hex(close - position_);
    ++position_;
    if (is_leading_surrogate(code) || is_trailing_surrogate(code)) refuse_syntax();
    return code;
  }
  const char32_t code = lex_hex(4);
  if (is_trailing_surrogate(code)) refuse_syntax();
  if (!is_leading_surrogate(code)) return code;
  if (!ahead("\\u")) refuse_syntax();
  position_ += 2;
  const char32_t trail = lex_hex(4);
  if (!is_trailing_surrogate(trail)) refuse_syntax();
  return 0x10000 + ((code - 0xD800) << 10) + (trail - 0xDC00);
}

char32_t Lexer::lex_hex(std::size_t digits) {
  char32_t code = 0;
  for (const std::size_t end = position_ + digits; position_ < end; ++position_) {
    const char c = at(position_);
    char32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<char32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<char32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<char32_t>(c - 'A' + 10);
    } else {
      refuse_syntax();
    }
    code = code * 16 + digit;
    if (code > 0x10FFFF) refuse_syntax();
  }
  return code;
}

std::string Lexer::lex_block_string() {
  std::string raw;
  position_ += kBlockQuote.size();
  while (!ahead(kBlockQuote)) {
    if (position_ == source_.size()) refuse_syntax();
    if (ahead("\\\"\"\"")) {
      raw += kBlockQuote;
      position_ += 4;
      continue;
    }
    const bool line_ends = is_line_end(source_[position_]);
    if (ahead("\r\n")) raw += source_[position_++];
    raw += source_[position_++];
    if (line_ends) count_line(position_);
  }
  position_ += kBlockQuote.size();
  return without_indentation(raw);
}

}  // namespace edo::language
