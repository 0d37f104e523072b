// Parses the GraphQL text of a request. Only executable documents are accepted: a schema or a
// description is a syntax error.
//
// It follows the October 2021 edition, and graphql-js 16 where that accepts more: every Unicode
// character in strings and comments, and the escape \u{1F600}.
#pragma once

#include <cstddef>
#include <string_view>

#include "tools/server/language/ast.hpp"

namespace edo::language {

// The maximum nesting of braces, brackets and parentheses, so that no text exhausts the stack.
inline constexpr std::size_t kMaxNesting = 256;

// Throws RequestError validation-failed at $.query: "not a valid graphql query", as Hasura says, or
// the bound that was exceeded. The document owns copies of `text`.
[[nodiscard]] Document parse(std::string_view text, std::size_t max_bytes = std::size_t{1} << 20);

}  // namespace edo::language
