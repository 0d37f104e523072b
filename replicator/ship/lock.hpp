// Lets one replicator at a time ship a store. Two of them would do no harm, but would do the work
// twice.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "replicator/ship/stop.hpp"
#include "storage/unshared.hpp"

namespace edo::shipping {

// Holds a lock on the file STORE-replicator while it lives. The system releases the lock when the
// process dies in any way, even if forked children live on. The file stays beside the store.
class StoreLock {
 public:
  // Waits for `timeout`, or until a stop request. Throws Error: busy, naming the process that holds
  // the lock; io.
  StoreLock(const std::string& store, std::chrono::milliseconds timeout, const Stop& stop);
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;
  ~StoreLock();

 private:
  bool try_lock();

  std::string store_;
  std::string path_;
  std::optional<storage::Unshared> file_;
};

}  // namespace edo::shipping
