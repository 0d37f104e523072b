// The types that variables, arguments and fields are declared with: how to write them, and which
// variable may stand where.
#pragma once

#include <string>

#include "tools/server/language/ast.hpp"

namespace edo::language {

[[nodiscard]] TypeReference named_type(std::string name);
[[nodiscard]] TypeReference list_of(TypeReference item);
[[nodiscard]] TypeReference non_null(TypeReference type);
[[nodiscard]] TypeReference nullable(TypeReference type);

// As it is written: "[Int!]!".
[[nodiscard]] std::string to_text(const TypeReference& type);

// The name inside all lists.
[[nodiscard]] const std::string& innermost_name(const TypeReference& type);

// Whether a value of the one is a value of the other: [Int!] is one of [Int], an Int is none of
// [Int].
[[nodiscard]] bool is_subtype(const TypeReference& type, const TypeReference& of);

}  // namespace edo::language
