// One statement for a database: its text, and its values as parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace edo::sql {

// As the dialect binds it: for Postgres everything is text, which the statement casts.
using Parameter = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

// Returns one row. Each of its columns is JSON text, or null if there is no such row.
struct Statement {
  std::string text;
  std::vector<Parameter> parameters;
  std::size_t columns = 0;
  // Whether one plan is right for all values: no condition compares with them, but for a primary
  // key.
  bool suits_all_values = true;
};

}  // namespace edo::sql
