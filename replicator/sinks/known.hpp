// Asks a centre what it has of a store.
#pragma once

#include <string>

#include "replicator/postgres/connection.hpp"
#include "replicator/sinks/sink.hpp"

namespace edo::sinks {

// In one round trip, over a connection that is directed to the schema; takes no right but to call
// replication_known(). Throws Error.
[[nodiscard]] Known ask_known(postgres::Connection& connection, const std::string& store_id);

}  // namespace edo::sinks
