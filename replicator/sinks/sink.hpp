// Where batches go. A sink answers only when the other side has the batch for good.
#pragma once

#include <cstddef>

#include "replicator/batch/batch.hpp"

namespace edo::sinks {

struct Shipped {
  std::size_t inserted = 0;   // rows that were not there
  std::size_t updated = 0;    // rows that were there in an older version
  std::size_t unchanged = 0;  // rows that were there already
};

// Belongs to one thread at a time. After an Error the next call starts afresh, connecting again
// where that is needed.
class Sink {
 public:
  virtual ~Sink() = default;

  // Makes sure that the other side is there and fit to take batches. Costs nothing when it is
  // known.
  virtual void prepare() = 0;

  // Hands over the batch. When it returns, the outbox may be trimmed up to batch.last_seq.
  // Throws Error; after in_doubt the batch may be there, and shipping it again is safe.
  virtual Shipped ship(const batch::Batch& batch) = 0;
};

}  // namespace edo::sinks
