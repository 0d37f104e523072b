// Creates, upgrades and checks the central schema.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replicator/postgres/connection.hpp"

namespace edo::postgres {

inline constexpr std::string_view kDefaultSchema = "event_detector_observability";

// Applies the migrations that `schema` does not have yet, each in one transaction with its record,
// and returns their names. Safe to run again and from several places at once.
// Throws Error: invalid_argument (the database's encoding is not UTF8), denied (no right to
// create), schema_too_new.
std::vector<std::string> migrate(Connection& connection, const std::string& schema);

// The database's encoding, such as "UTF8".
[[nodiscard]] std::string encoding_of(Connection& connection);

// Gives the group roles edo_edge, edo_applier, edo_reader and edo_sql exactly their rights in
// `schema`, and creates missing roles. From then on other users need a grant to call the functions
// there. Safe to run again. Throws Error denied (only the schema's owner may do it, and creating a
// role needs CREATEROLE).
void grant_roles(Connection& connection, const std::string& schema);

// All migrations, and with `roles` the roles, as one script for psql. It may be run again, and then
// does only what is missing.
[[nodiscard]] std::string migration_script(const std::string& schema, bool with_roles);

// Directs the connection's transactions to `schema` and checks that this program can use it: it has
// the program's version, or a newer one that only added things. Throws Error: invalid_argument (not
// migrated, or older), schema_too_new, denied.
void use_schema(Connection& connection, const std::string& schema);

// Directs the connection's transactions to `schema` for a user who may only insert into its inbox,
// and can therefore only check that the inbox exists. Throws Error: invalid_argument, denied.
void use_inbox(Connection& connection, const std::string& schema);

// Makes all transactions of the connection look rows up by key. Without statistics the planner
// would rather read a whole table of some 100 MB for a few thousand ids.
void prefer_key_lookups(Connection& connection);

}  // namespace edo::postgres
