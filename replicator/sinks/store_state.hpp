// Asks the central database what it has of a store.
#pragma once

#include <string>

#include "replicator/postgres/connection.hpp"
#include "replicator/sinks/sink.hpp"

namespace edo::sinks {

// Takes one round trip over a connection that is directed to the schema, and no right but that to
// call replication_known(). Throws Error.
[[nodiscard]] StoreState ask_state(postgres::Connection& connection, const std::string& store_id);

}  // namespace edo::sinks
