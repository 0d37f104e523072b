// Deletes the oldest shipped trees of a store that has reached its size limit. The maintenance
// thread finds them without the lead, since that takes longer the longer the outbox is. It deletes
// them in short steps as the leader.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "storage/space.hpp"
#include "tables/prune.hpp"

namespace edo::recorder {

class Eviction {
 public:
  Eviction(const Options& options, const base::Clock& clock) : options_(options), clock_(clock) {}

  // Finds trees that may be deleted, unless some are known. Throws Error.
  void look(storage::Database& database);
  // Forgets the result of look().
  void stop() noexcept { pruning_.reset(); }

  // If look() found nothing: what had been shipped by then. Another search is useless until more is
  // shipped.
  [[nodiscard]] std::optional<std::int64_t> in_vain() const noexcept;

  // Deletes some of the trees found, to free at most `excess` bytes. Throws Error.
  void remove(storage::Database& database, std::uint64_t excess);

 private:
  const Options& options_;
  const base::Clock& clock_;
  std::optional<tables::Pruning> pruning_;  // of the last look
  std::int64_t shipped_ = 0;                // at the last look
  bool found_ = false;                      // by the last look
  storage::Step step_;
  std::uint64_t tree_bytes_ = 64 << 10;  // of a tree that was deleted, on average
};

}  // namespace edo::recorder
