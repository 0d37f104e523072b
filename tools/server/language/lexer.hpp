// Cuts GraphQL text into tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/server/language/ast.hpp"

namespace edo::language {

enum class TokenKind { end, punctuator, name, integer, floating, string };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // as in the source
  std::string value;      // of a string, with its escapes resolved
  Location location;
};

// Whether the text is a Name of GraphQL's grammar.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

// "not a valid graphql query"
[[noreturn]] void refuse_syntax();

class Lexer {
 public:
  // The source is valid UTF-8 and outlives the lexer and its tokens.
  explicit Lexer(std::string_view source) noexcept : source_(source) {}

  // The next token. At the end of the text, and from then on, its kind is `end`. Throws
  // RequestError.
  [[nodiscard]] Token next();

 private:
  [[nodiscard]] char at(std::size_t position) const noexcept {
    return position < source_.size() ? source_[position] : '\0';
  }
  [[nodiscard]] bool ahead(std::string_view text) const noexcept {
    return source_.substr(position_).starts_with(text);
  }
  void skip_ignored();
  void count_line(std::size_t line_start) noexcept;
  void lex_name();
  [[nodiscard]] TokenKind lex_number();
  void lex_digits();
  [[nodiscard]] std::string lex_string();
  void lex_escape(std::string& value);
  [[nodiscard]] char32_t lex_unicode_escape();
  [[nodiscard]] char32_t lex_hex(std::size_t digits);
  [[nodiscard]] std::string lex_block_string();

  std::string_view source_;
  std::size_t position_ = 0;
  int line_ = 1;
  std::size_t line_start_ = 0;
};

}  // namespace edo::language
