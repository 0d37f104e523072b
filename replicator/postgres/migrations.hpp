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
// Throws Error: invalid_argument (the database's encoding is not UTF8), denied (no right to
// create), schema_too_new.
std::vector<std::string> migrate(Connection& connection, const std::string& schema);

// The database's own encoding, as "UTF8".
[[nodiscard]] std::string encoding_of(Connection& connection);

// Gives the group roles edo_edge, edo_applier and edo_reader their rights in `schema`, no more and
// no less, and makes the roles where the server has none yet. From then on nobody else may call the
// functions there without having been granted it. Safe to run again.
// Throws Error denied (it takes the schema's owner, and CREATEROLE to make a role).
void grant_roles(Connection& connection, const std::string& schema);

// All migrations, and the roles if they are asked for, as one script for psql; run again, it does
// only what is missing.
[[nodiscard]] std::string migration_script(const std::string& schema, bool with_roles);

// Directs the connection's transactions to `schema` and checks that this program can use it: it is
// the one that the program knows, or a newer one that has only had things added since. Throws
// Error: invalid_argument (not migrated, or older), schema_too_new, denied.
void use_schema(Connection& connection, const std::string& schema);

// Directs the connection's transactions to `schema` for somebody who may only add to its inbox, and
// can therefore ask nothing of the schema but whether the inbox is there. Throws Error:
// invalid_argument, denied.
void use_inbox(Connection& connection, const std::string& schema);

// Makes plans look rows up by key in all transactions of the connection, however little the planner
// knows about the tables: without statistics it would rather read a whole table of some 100 MB for
// a few thousand ids.
void prefer_key_lookups(Connection& connection);

}  // namespace edo::postgres
