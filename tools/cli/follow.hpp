// Follows what is recorded in a store: rows that are new, and rows whose status is another one than
// at the last look.
//
// The outbox would tell both, but a replicator removes its lines at any time. So this reads new
// invocations by their rowid, and again all those in which something may still happen: with
// something unfinished, or that ended a moment ago. Nothing is held open between two looks.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "cli/listing.hpp"
#include "storage/database.hpp"

namespace edo::cli {

class Follower {
 public:
  // `columns` are read of each row, in the SQL of the listing.
  struct Wish {
    const Listing& listing;
    std::string columns;
    std::string function;               // only of invocations of this one; empty: of all
    std::optional<base::Micros> since;  // begin with what was started then; else with what comes
  };
  struct Change {
    std::string id;
    std::string status;
    std::string at;  // timestamp
  };
  // The row's columns begin at `first`.
  using Visit = std::function<void(const Change&, SQLite::Statement& row, int first)>;

  // Throws what storage::open_store() does.
  Follower(std::string store, Wish wish);

  // Shows what has changed, in no order. True if there is more to see at once. Throws Error; when
  // the file was removed or replaced, until there is a store in its place, which is followed then.
  bool look(const Visit& visit);

  [[nodiscard]] storage::Database& database() noexcept { return *database_; }

 private:
  using Steady = std::chrono::steady_clock;
  using Rowids = std::vector<std::int64_t>;

  // What has been seen of an invocation, by id of the row.
  struct Tree {
    std::unordered_map<std::string, std::string> statuses;
    Steady::time_point changed_at{};
  };

  void open(std::optional<base::Micros> since);
  void reopen_if_replaced();
  void begin_at(std::optional<base::Micros> time);
  bool read_changes(const Visit& visit);
  [[nodiscard]] Rowids rowids(const std::string& sql, const std::string& parameter = {});
  [[nodiscard]] Rowids unfinished();
  [[nodiscard]] Rowids fresh();
  void read(const Rowids& invocations, std::string_view started_before, const Visit* visit);

  const std::string store_;
  const Wish wish_;
  std::optional<storage::Database> database_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::optional<std::int64_t> version_;  // PRAGMA data_version at the last look
  base::Micros looked_at_ = 0;
  std::deque<std::int64_t> backlog_;  // invocations that were there before, still to be shown
  std::int64_t last_rowid_ = 0;       // of the invocations that are known
  std::unordered_map<std::int64_t, Tree> trees_;
};

}  // namespace edo::cli
