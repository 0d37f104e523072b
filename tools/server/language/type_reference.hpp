// The declared types of variables, arguments and fields: how to print them, and which accepts
// which.
#pragma once

#include <string>

#include "tools/server/language/ast.hpp"

namespace edo::language {

[[nodiscard]] TypeReference named_type(std::string name);
[[nodiscard]] TypeReference list_of(TypeReference item);
[[nodiscard]] TypeReference non_null(TypeReference type);
[[nodiscard]] TypeReference nullable(TypeReference type);

// As text: "[Int!]!".
[[nodiscard]] std::string to_text(const TypeReference& type);

// The name inside all lists.
[[nodiscard]] const std::string& innermost_name(const TypeReference& type);

// Whether each value of one type is a value of the other: [Int!] fits [Int], Int does not.
[[nodiscard]] bool is_subtype(const TypeReference& type, const TypeReference& of);

}  // namespace edo::language
