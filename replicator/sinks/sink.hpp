// Where batches go. A sink answers only when the other side has the batch for good.
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
  std::size_t inserted = 0;   // rows that were not there
  std::size_t updated = 0;    // rows that were there in an older version
  std::size_t unchanged = 0;  // rows that were there already
  std::size_t dead = 0;       // rows that the other side refuses, and keeps as dead letters
  std::size_t waiting = 0;    // rows that wait there to be applied
  std::size_t bytes = 0;      // what the batch was as it travelled
};

// What the other side tells of one store.
struct Known {
  std::string centre_id;     // made with its schema
  std::int64_t reached = 0;  // it has all changes up to this one, in its tables or its inbox
  // Changes that follow were made later; nothing if that is not known.
  std::optional<base::Micros> complete_until;
};

struct Lacking {
  std::vector<verify::Unequal> rows;
  verify::Retention retention;  // what it may have removed of them
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

  // What it has of the store; nothing if it cannot tell, as a folder of files cannot. Throws Error.
  virtual std::optional<Known> known(const std::string& store_id);

  // Those of `rows` of a table that it has not or has otherwise; nothing if this side may not look.
  // Throws Error.
  virtual std::optional<Lacking> lacking(const std::string& store_id, std::size_t table,
                                         std::span<const verify::Row> rows);
};

inline std::optional<Known> Sink::known(const std::string& /*store_id*/) { return std::nullopt; }

inline std::optional<Lacking> Sink::lacking(const std::string& /*store_id*/, std::size_t /*table*/,
                                            std::span<const verify::Row> /*rows*/) {
  return std::nullopt;
}

}  // namespace edo::sinks
