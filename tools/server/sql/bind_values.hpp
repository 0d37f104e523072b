// Converts values of requests to parameters of statements.
#pragma once

#include <string>
#include <string_view>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::sql {

// The value as a text parameter of Postgres, which refuses text that is not a value of the type.
[[nodiscard]] Parameter postgres_value(const plan::Bound& bound);
// The same for a list, as an array literal: {"a","b"}.
[[nodiscard]] Parameter postgres_array(const plan::Bound& bound);

// The value as SQLite compares it: times by their keys, UUIDs in lower case, booleans as 0 and 1,
// numerics as text for the collation edo_numeric. Throws RequestError, data-exception with
// Postgres's message, for what is not a value of the type.
[[nodiscard]] Parameter sqlite_value(const plan::Bound& bound);
// The same for a list, as a JSON array for json_each.
[[nodiscard]] Parameter sqlite_array(const plan::Bound& bound);

}  // namespace edo::sql
