// What is sent to a database: the text of one statement, and its values apart from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace edo::sql {

// As the dialect binds it: Postgres takes everything as text, which the statement casts.
using Parameter = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

// Yields one row. Each of its columns is JSON text, or null where there is no such row.
struct Statement {
  std::string text;
  std::vector<Parameter> parameters;
  std::size_t columns = 0;
};

}  // namespace edo::sql
