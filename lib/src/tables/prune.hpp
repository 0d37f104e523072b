// Deletes old invocations with everything under them, in steps so short that hosts do not notice.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "storage/database.hpp"
#include "tables/model.hpp"

namespace edo::tables {

struct PruneRequest {
  std::string older_than;           // timestamp; created before it
  std::string failures_older_than;  // the same for failed, timeout and crashed ones
  bool unshipped_too = false;       // also what the central database has not acknowledged
};

// Call find(), which only reads, then remove() until nothing found is left, and repeat. Rows that
// change in between are kept, unless unshipped_too. A running row is never deleted, and neither is
// its tree.
//
// Each call takes a connection that is open for writing, and not always the same one: searching a
// long outbox takes time, so it must not use the connection that hosts wait for.
class Pruning {
 public:
  using Rows = std::array<std::uint64_t, kTableCount>;  // by table, in the order of tables()

  explicit Pruning(PruneRequest request) : request_(std::move(request)) {}

  // How many invocations are old enough, shipped or not.
  [[nodiscard]] std::uint64_t old_enough(storage::Database& database) const;

  // Finds the next invocations that are old enough, the oldest first, at most so many, and forgets
  // those found before. Returns their number; 0 at the end.
  std::uint64_t find(storage::Database& database, std::uint64_t at_most);
  // The same for rows whose invocation or job was never stored. They are kept as long as failures.
  // Reads all events, jobs and logs.
  std::uint64_t find_orphans(storage::Database& database, std::uint64_t at_most);

  // Invocations that were found and may be deleted.
  [[nodiscard]] std::uint64_t found() const noexcept { return found_.size() - removed_; }
  // Invocations that were old enough, but are still to be shipped; of all calls.
  [[nodiscard]] std::uint64_t unshipped() const noexcept { return unshipped_; }
  // The rows of what was found.
  [[nodiscard]] Rows count(storage::Database& database) const;

  // Deletes the oldest of what was found, at most so many invocations, in one transaction.
  Rows remove(storage::Database& database, std::uint64_t at_most);

 private:
  // How far looking has come: created_at and id of the last one.
  struct Place {
    std::string time;
    std::string id;
  };
  std::uint64_t look(storage::Database& database, const std::string& candidates, Place& last,
                     std::uint64_t at_most);

  const PruneRequest request_;
  Place last_invocation_;
  Place last_orphan_;
  std::int64_t looked_until_ = 0;   // seq of the newest change that find() knew of
  std::vector<std::string> found_;  // in the order of age
  std::size_t removed_ = 0;         // of found_, from its beginning
  std::uint64_t unshipped_ = 0;
};

}  // namespace edo::tables
