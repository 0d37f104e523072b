// The comparison operators by name.
#pragma once

#include <optional>
#include <string_view>

#include "tools/server/plan/plan.hpp"

namespace edo::plan {

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
  std::optional<model::ScalarType> of = {};  // which columns have it; empty: all

  // An unknown type may have it.
  [[nodiscard]] bool suits(model::ScalarType type) const {
    return !of || *of == type || type == model::ScalarType::other;
  }
  // eq, neq and the operators for less and greater
  [[nodiscard]] bool compares_columns() const { return !of && operand == OperandKind::value; }
};

// Null if there is none.
[[nodiscard]] const NamedOperator* find_operator(std::string_view name);

}  // namespace edo::plan
