// Keeps the store file within Options::max_store_bytes: refuses new rows, or deletes the oldest
// shipped trees. Belongs to the leader, except find() and stop_finding().
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "recorder/call.hpp"
#include "recorder/eviction.hpp"
#include "recorder/session.hpp"
#include "storage/database.hpp"

namespace edo::recorder {

class SizeLimit {
 public:
  SizeLimit(const Options& options, const base::Clock& clock)
      : options_(options), eviction_(options, clock) {}

  // Measures the store after some of the calls, of which there were `calls` in all. Returns whether
  // it must be pruned now.
  bool check(storage::Database& database, std::uint64_t calls);
  // The limit is reached and nothing may be deleted.
  [[nodiscard]] bool is_reached() const noexcept { return reached_; }

  // The disk is full, so the store is pruned whatever its own limit is.
  void prune_for_disk(storage::Database& database);
  [[nodiscard]] bool must_prune() const noexcept { return must_prune_; }
  // One step towards a store that is some way below the limit; calls come between the steps.
  void prune(Session* session, Reports& reports);

  // The maintenance thread finds trees for prune(), which may take long. Throws Error.
  void find(storage::Database& database) { eviction_.look(database); }
  void stop_finding() noexcept { eviction_.stop(); }

 private:
  [[nodiscard]] bool may_delete_more(storage::Database& database) const;

  const Options& options_;
  bool reached_ = false;
  bool must_prune_ = false;
  std::uint64_t check_at_ = 0;         // calls
  std::uint64_t goal_ = 0;             // of pruning, in bytes
  std::int64_t nothing_left_at_ = -1;  // what had been shipped when nothing was left to delete
  Eviction eviction_;
};

}  // namespace edo::recorder
