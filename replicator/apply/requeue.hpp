// Applies dead letters and failed batches again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "replicator/postgres/connection.hpp"

namespace edo::apply {

struct Requeued {
  std::int64_t applied = 0;     // dead letters that the tables accept now
  std::int64_t superseded = 0;  // dead letters of rows that arrived in a newer version
  std::int64_t refused = 0;     // dead letters that are refused again, or cannot be read
  std::int64_t batches = 0;     // failed batches that are pending again
};

// Tries every dead letter once, each in a transaction of its own, and makes failed batches pending
// for the next applier. Throws Error.
Requeued requeue(postgres::Connection& connection);

// Makes the batches that were received in the last `span` and are still kept pending again, and
// returns how many. Newer versions in the central tables stay.
std::int64_t replay(postgres::Connection& connection, std::chrono::milliseconds span);

}  // namespace edo::apply
