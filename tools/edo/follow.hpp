// Follows what hosts record in a store: new rows, and rows whose status changed since the last
// poll.
//
// The outbox has both, but a replicator trims it at any time. So each poll reads new invocations by
// their rowid, and again all invocations that may still change: those with unfinished rows, and
// those that ended a moment ago. No transaction stays open between two polls.
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
#include "storage/database.hpp"
#include "tools/edo/listing.hpp"

namespace edo::cli {

class Follower {
 public:
  // `columns` are read from each row, in the SQL of the listing.
  struct Options {
    const Listing& listing;
    std::string columns;
    std::string function;  // only invocations of this function; empty: all
    std::optional<base::Micros>
        since;  // begins with invocations that started then; nothing: with new ones
  };
  struct Change {
    std::string id;
    std::string status;
    std::string at;  // timestamp
  };
  // The row's columns begin at `first`.
  using Visit = std::function<void(const Change&, SQLite::Statement& row, int first)>;

  // Throws the Errors of storage::open_store().
  Follower(std::string store, Options options);

  // Passes the changes to `visit`, in no order. Returns true if there are more at once. Throws
  // Error. If the file was removed or replaced, it throws until there is a store at the path, and
  // then follows that one.
  bool poll(const Visit& visit);

  [[nodiscard]] storage::Database& database() noexcept { return *database_; }

 private:
  using Steady = std::chrono::steady_clock;
  using Rowids = std::vector<std::int64_t>;

  // The last known statuses of an invocation's rows, by their ids.
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
  const Options options_;
  std::optional<storage::Database> database_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::optional<std::int64_t> version_;  // PRAGMA data_version at the last poll
  base::Micros polled_at_ = 0;
  std::deque<std::int64_t> backlog_;  // earlier invocations, still to be shown
  std::int64_t last_rowid_ = 0;       // of the known invocations
  std::unordered_map<std::int64_t, Tree> trees_;
};

}  // namespace edo::cli
