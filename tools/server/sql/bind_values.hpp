// Values of requests on their way into a database.
#pragma once

#include <string>
#include <string_view>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::sql {

// The value as Postgres reads it in a text parameter. What is no value of the type is for Postgres
// to refuse.
[[nodiscard]] Parameter postgres_value(const plan::Bound& bound);
// The same for a list, as an array literal: {"a","b"}.
[[nodiscard]] Parameter postgres_array(const plan::Bound& bound);

// The value as SQLite stores and compares it: timestamps as format_timestamp writes them, UUIDs in
// lower case, booleans as 0 and 1. Throws RequestError, data-exception in Postgres's words, for
// what is no value of the type.
[[nodiscard]] Parameter sqlite_value(const plan::Bound& bound);
// The same for a list, as a JSON array for json_each.
[[nodiscard]] Parameter sqlite_array(const plan::Bound& bound);

// Timestamps as they are compared, which is base::format_timestamp's form: those without a time
// zone are read as UTC, whatever offset they name. Empty if the text is no time.
[[nodiscard]] std::string comparable_time(std::string_view text, bool with_zone);

}  // namespace edo::sql
