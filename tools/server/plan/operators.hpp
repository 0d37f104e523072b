// The comparisons by their names.
#pragma once

#include <string_view>

#include "tools/server/plan/plan.hpp"

namespace edo::graphql {

// What an operator is compared with.
enum class OperandKind {
  value,   // of the column's type
  values,  // a list of them
  text,    // a string, whatever the column's type
  texts,   // a list of them
  boolean,
};

struct NamedOperator {
  std::string_view name;  // without the leading underscore
  Operator op;
  OperandKind operand;
};

// Null if there is none.
[[nodiscard]] const NamedOperator* find_operator(std::string_view name);

}  // namespace edo::graphql
