// Where batches go. A sink answers only when the other side has the batch for good.
#pragma once

#include <cstddef>

#include "replicator/batch/batch.hpp"

namespace edo::sinks {

struct Shipped {
  std::size_t inserted = 0;   // rows that were not there
  std::size_t updated = 0;    // rows that were there in an older version
  std::size_t unchanged = 0;  // rows that were there already
  std::size_t dead = 0;       // rows that the other side refuses, and keeps as dead letters
  std::size_t waiting = 0;    // rows that wait there to be applied
  std::size_t bytes = 0;      // what the batch was as it travelled
};

// Belongs to one thread at a time. After an Error the next call starts afresh, connecting again
// where that is needed.
class Sink {
 public:
  virtual ~Sink() = default;

  // Makes sure that the other side is there and fit to take batches. Costs nothing when it is
  // known.
  virtual void prepare() = 0;

  // Hands over the batch, which may have no rows: then it only says that the store is there. When
  // it returns, the outbox may be trimmed up to batch.last_seq. Throws Error; after in_doubt the
  // batch may be there, and shipping it again is safe.
  virtual Shipped ship(const batch::Batch& batch) = 0;

  // What the other side needs done now and then; called every few seconds and at the end.
  virtual void upkeep() {}
};

}  // namespace edo::sinks
