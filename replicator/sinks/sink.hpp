// A sink is where batches go. It acknowledges a batch only when the destination has it durably.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replicator/batch/batch.hpp"
#include "replicator/verify/comparison.hpp"

namespace edo::sinks {

struct Shipped {
  std::size_t inserted = 0;   // new rows
  std::size_t updated = 0;    // rows that replaced an older version
  std::size_t unchanged = 0;  // rows that were there already, in this version or a newer one
  std::size_t dead = 0;       // rows that the tables refuse, now dead letters
  std::size_t in_inbox = 0;   // rows that wait in the inbox to be applied
  std::size_t bytes = 0;      // size of the batch as it was sent
};

// What the central database has of one store.
struct StoreState {
  std::string centre_id;     // of the central database; created with its schema
  std::int64_t reached = 0;  // the mark: all changes up to it are in the tables or the inbox
  // Changes after the mark were made later than this; nothing if that is unknown.
  std::optional<base::Micros> complete_until;
};

struct Lacking {
  std::vector<verify::Unequal> rows;
  verify::Retention retention;  // rows that prune() may have removed there
};

// Belongs to one thread at a time. After an Error the next call starts afresh, and connects again
// if needed.
class Sink {
 public:
  virtual ~Sink() = default;

  // Makes sure that the destination is reachable and can take batches. Costs nothing if it is known
  // to be.
  virtual void prepare() = 0;

  // Ships the batch. One without rows is a heartbeat of the store. When it returns, the outbox may
  // be trimmed up to batch.last_seq. Throws Error; after in_doubt the batch may have arrived, and
  // shipping it again is safe.
  virtual Shipped ship(const batch::Batch& batch) = 0;

  // What the central database has of the store; nothing if the sink cannot tell, as for files.
  // Throws Error.
  virtual std::optional<StoreState> state(const std::string& store_id);

  // Those of `rows` of a table that are missing or different in the central database; nothing if
  // the sink cannot compare. Throws Error.
  virtual std::optional<Lacking> lacking(const std::string& store_id, std::size_t table,
                                         std::span<const verify::Row> rows);
};

inline std::optional<StoreState> Sink::state(const std::string& /*store_id*/) {
  return std::nullopt;
}

inline std::optional<Lacking> Sink::lacking(const std::string& /*store_id*/, std::size_t /*table*/,
                                            std::span<const verify::Row> /*rows*/) {
  return std::nullopt;
}

}  // namespace edo::sinks
