// Deletes old invocations with everything under them.
#pragma once

#include <cstdint>
#include <string>

#include "storage/database.hpp"

namespace edo::tables {

struct PruneRequest {
  std::string older_than;                  // timestamp; created before it
  std::string failures_older_than;         // the same for failed, timeout and crashed ones
  bool unshipped_too = false;              // also what the centre has not acknowledged
  std::uint64_t at_most = 1000;            // invocations to look at in one call, one transaction
  std::uint64_t delete_at_most = at_most;  // of those
  std::string after_time;                  // go on after this invocation: Pruned::last_time and
  std::string after_id;                    // last_id of the call before; empty: from the oldest
};

struct Pruned {
  std::uint64_t invocations = 0;
  std::uint64_t rows = 0;       // of all tables
  std::uint64_t unshipped = 0;  // invocations that were old enough but are still to be shipped
  std::string last_time;        // created_at and id of the last invocation looked at; empty when
  std::string last_id;          // there was none
};

// Deletes invocations that match, oldest first. Running ones are never deleted.
Pruned prune(storage::Database& database, const PruneRequest& request);

}  // namespace edo::tables
