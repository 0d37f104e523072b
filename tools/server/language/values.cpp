#include "tools/server/language/values.hpp"

#include <algorithm>
#include <cctype>

namespace edo::language {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return result;
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string word = lower(trimmed(text));
  const auto begins = [&](std::string_view whole_word, std::size_t least) {
    return word.size() >= least && whole_word.starts_with(word);
  };
  if (begins("true", 1) || begins("yes", 1) || word == "on" || word == "1") return true;
  if (begins("false", 1) || begins("no", 1) || begins("off", 2) || word == "0") return false;
  return std::nullopt;
}

std::optional<std::string> parse_uuid(std::string_view text) {
  if (text.size() > 1 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
  }
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-' && digits.size() % 4 == 0 && !digits.empty() && text[i - 1] != '-' &&
        i + 1 < text.size()) {
      continue;
    }
    if (std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return std::nullopt;
    digits += text[i];
  }
  if (digits.size() != 32) return std::nullopt;
  for (const std::size_t at : {20U, 16U, 12U, 8U}) digits.insert(at, 1, '-');
  return lower(digits);
}

}  // namespace edo::language
