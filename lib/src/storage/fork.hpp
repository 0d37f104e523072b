// SQLite across fork(): a child must not touch its parent's connections, nor be misled by what
// they left in memory.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace edo::storage {

// Held by whoever is inside SQLite in a process whose host may fork: the threads of a recorder and
// of a shipper. fork() waits until nobody is, so that a child finds SQLite's
// own locks open; after it the child's SQLite has forgotten the parent's files. May be nested.
//
// Whoever finds base::fork_generation() changed must leave the connections it has alone, without
// closing them, and open its own.
class InsideSqlite {
 public:
  InsideSqlite();
  InsideSqlite(const InsideSqlite&) = delete;
  InsideSqlite& operator=(const InsideSqlite&) = delete;
  ~InsideSqlite();

 private:
  std::shared_lock<std::shared_mutex> lock_;
};

}  // namespace edo::storage
