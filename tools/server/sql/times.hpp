// Times as PostgreSQL reads, sorts and shows them with the time zone UTC, for SQLite.
#pragma once

#include <string>
#include <string_view>

#include "tools/server/model/model.hpp"

namespace edo::sql {

// The types timestamptz, timestamp, date and time.
[[nodiscard]] bool is_time(model::ScalarType type) noexcept;

// A text that sorts as the time does; for years 1 to 9999 that of base::format_timestamp. Reads
// ISO 8601 and what PostgreSQL prints: years before Christ and beyond 9999, 24:00, offsets, and the
// words infinity, now, today, … A fraction is rounded to microseconds. A key is its own key. Empty
// if the text is not such a time.
[[nodiscard]] std::string time_key(std::string_view text, model::ScalarType type);

// The time of a key as PostgreSQL writes it in JSON.
[[nodiscard]] std::string time_of_key(std::string_view key, model::ScalarType type);

}  // namespace edo::sql
