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

// The value as SQLite stores and compares it: timestamps as format_timestamp writes them, UUIDs in
// lower case, booleans as 0 and 1. Throws RequestError, data-exception with Postgres's message, for
// what is not a value of the type.
[[nodiscard]] Parameter sqlite_value(const plan::Bound& bound);
// The same for a list, as a JSON array for json_each.
[[nodiscard]] Parameter sqlite_array(const plan::Bound& bound);

// A timestamp in the form of base::format_timestamp, which compares correctly. One without a time
// zone is read as UTC, whatever offset it names. Empty if the text is not a time.
[[nodiscard]] std::string comparable_time(std::string_view text, bool with_zone);

}  // namespace edo::sql
