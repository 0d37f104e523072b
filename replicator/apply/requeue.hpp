// Tries again what the centre had to set aside.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "replicator/postgres/connection.hpp"

namespace edo::apply {

struct Requeued {
  std::int64_t applied = 0;     // dead letters that the tables have taken now
  std::int64_t superseded = 0;  // dead letters of rows that have come in a newer version since
  std::int64_t refused = 0;     // dead letters that are refused again, or cannot be read
  std::int64_t batches = 0;     // batches of the inbox that wait to be applied again
};

// Tries every dead letter once, each in a transaction of its own, and lets failed batches of the
// inbox be tried by the next applier. Throws Error.
Requeued requeue(postgres::Connection& connection);

// Lets the batches that were received in the last `span` and are still there be applied again, and
// returns how many. What the centre has in a newer version is left as it is.
std::int64_t replay(postgres::Connection& connection, std::chrono::milliseconds span);

}  // namespace edo::apply
