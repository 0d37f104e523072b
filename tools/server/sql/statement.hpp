// One statement for a database: its text, and its values as parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tools/server/search/need.hpp"

namespace edo::sql {

// As the dialect binds it: for Postgres everything is text, which the statement casts.
using Parameter = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

// A table of the statement of which not all rows need be read.
struct SearchedTable {
  std::string from;   // its name in the text, once
  std::string table;  // in the database
  search::Search search;
};

// Returns one row. Each of its columns is JSON text, or null if there is no such row.
struct Statement {
  std::string text;
  std::vector<Parameter> parameters;
  std::size_t columns = 0;
  // Whether one plan is right for all values: no condition compares with them, but for a primary
  // key.
  bool suits_all_values = true;
  std::vector<SearchedTable> searched = {};
};

}  // namespace edo::sql
