// The central schema: made, upgraded, and checked before anything is shipped to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replicator/postgres/connection.hpp"

namespace edo::postgres {

inline constexpr std::string_view kDefaultSchema = "event_detector_observability";

// Applies the migrations that `schema` does not have yet, each in one transaction with its record,
// and returns their names. Safe to run again and from several places at once.
// Throws Error: denied (no right to create), schema_too_new.
std::vector<std::string> migrate(Connection& connection, const std::string& schema);

// All migrations as one script for psql; run again, it does only what is missing.
[[nodiscard]] std::string migration_script(const std::string& schema);

// Directs the session to `schema` and checks that it is exactly the one that this program knows.
// Throws Error: invalid_argument (not migrated, or older), schema_too_new, denied.
void use_schema(Connection& connection, const std::string& schema);

}  // namespace edo::postgres
