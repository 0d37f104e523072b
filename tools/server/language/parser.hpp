// Reads a request's GraphQL text. Only executable documents: a schema, or a description of
// anything, is refused as any other mistake in the text is.
//
// It follows the October 2021 edition, and graphql-js 16 where that takes more: every Unicode
// character in strings and comments, and the escape \u{1F600}.
#pragma once

#include <cstddef>
#include <string_view>

#include "tools/server/language/ast.hpp"

namespace edo::language {

// How deep braces, brackets and parentheses may nest, so that no text can exhaust the stack.
inline constexpr std::size_t kMaxNesting = 256;

// Throws RequestError validation-failed at $.query: "not a valid graphql query" in Hasura's words,
// or what bound was passed. The document holds copies; `text` may go away.
[[nodiscard]] Document parse(std::string_view text, std::size_t max_bytes = std::size_t{1} << 20);

}  // namespace edo::language
