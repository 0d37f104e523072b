// Translates PostgreSQL's patterns to PCRE2. Each result is a regular expression to search for in a
// text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_jit_stack_8;
struct pcre2_real_match_context_8;
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

  // Throws std::runtime_error if it would take too long or too much memory.
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  using Code = std::unique_ptr<pcre2_real_code_8, void (*)(pcre2_real_code_8*)>;
  using Stack = std::unique_ptr<pcre2_real_jit_stack_8, void (*)(pcre2_real_jit_stack_8*)>;
  using Limits = std::unique_ptr<pcre2_real_match_context_8, void (*)(pcre2_real_match_context_8*)>;
  using Match = std::unique_ptr<pcre2_real_match_data_8, void (*)(pcre2_real_match_data_8*)>;

  Code code_;
  Stack stack_;  // grows with the text, and is given back with the pattern
  Limits limits_;
  Match match_;
};

}  // namespace edo::backend
