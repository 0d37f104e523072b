// Translates PostgreSQL's patterns to PCRE2. Each result is a regular expression to search for in a
// text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;

namespace edo::backend {

// LIKE: % and _, with a backslash before a literal character. Throws std::runtime_error for a
// backslash at the end.
[[nodiscard]] std::string like_expression(std::string_view pattern);
// SIMILAR TO: https://www.postgresql.org/docs/15/functions-matching.html, 9.7.2.
[[nodiscard]] std::string similar_expression(std::string_view pattern);
// Advanced regular expressions, of the operators ~ and ~*: the same page, 9.7.3.
[[nodiscard]] std::string regex_expression(std::string_view pattern);

// A compiled expression; one thread at a time.
class Pattern {
 public:
  // Throws std::runtime_error with a message for the client.
  Pattern(const std::string& expression, bool ignore_case);
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  // Throws std::runtime_error if it would take too long.
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  pcre2_real_code_8* code_ = nullptr;
  pcre2_real_match_data_8* match_ = nullptr;
};

}  // namespace edo::backend
