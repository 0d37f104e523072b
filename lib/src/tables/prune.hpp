// Deletes old invocations with everything under them, in steps so short that hosts do not notice.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "storage/database.hpp"
#include "tables/model.hpp"

namespace edo::tables {

struct PruneRequest {
  std::string older_than;           // timestamp; created before it
  std::string failures_older_than;  // the same for failed, timeout and crashed ones
  bool unshipped_too = false;       // also what the centre has not acknowledged
};

// First find(), which only reads, then remove() until nothing of it is left, and again. What is
// changed in between is kept, unless unshipped_too. What is running is never deleted, nor is what
// it belongs to.
class Pruning {
 public:
  using Rows = std::array<std::uint64_t, kTableCount>;  // by table, in the order of tables()

  // `database` is open for writing, must outlive it, and may have one Pruning at a time.
  Pruning(storage::Database& database, PruneRequest request);

  // How many invocations are old enough, shipped or not.
  [[nodiscard]] std::uint64_t old_enough();

  // Looks at the next invocations that are old enough, at most so many, the oldest first, and
  // forgets what it found before. Returns how many there were; 0 at the end.
  std::uint64_t find(std::uint64_t at_most);

  // Invocations that were found and may be deleted.
  [[nodiscard]] std::uint64_t found() const noexcept { return found_; }
  // Invocations that were old enough, but are still to be shipped; of all calls.
  [[nodiscard]] std::uint64_t unshipped() const noexcept { return unshipped_; }
  // The rows of what was found.
  [[nodiscard]] Rows count();

  // Deletes the oldest of what was found, at most so many invocations, in one transaction.
  Rows remove(std::uint64_t at_most);

 private:
  void bind_ages(SQLite::Statement& statement) const;
  std::uint64_t keep_unshipped(std::int64_t after);

  storage::Database& database_;
  const PruneRequest request_;
  std::string last_time_;  // created_at and id of the last invocation looked at
  std::string last_id_;
  std::int64_t looked_until_ = 0;  // seq of the newest change that find() knew of
  std::uint64_t found_ = 0;
  std::uint64_t unshipped_ = 0;
};

}  // namespace edo::tables
