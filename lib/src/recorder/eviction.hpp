// Deletes the oldest shipped trees of a store that has grown to its size bound. Belongs to the
// thread beside the calls; looking for trees takes as long as the outbox is, and nobody waits for
// it, while each step of deleting some is short and the leader's.
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

  // Looks for trees that may go, unless some are known. Throws Error.
  void look(storage::Database& database);
  // Forgets the outcome of look().
  void stop() noexcept { pruning_.reset(); }

  // What look() had known to be shipped, if it found nothing: there is no use in looking again
  // before more is.
  [[nodiscard]] std::optional<std::int64_t> in_vain() const noexcept;

  // Deletes some of what was found, but no more than frees `excess` bytes. Throws Error.
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
