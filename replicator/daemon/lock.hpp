// Keeps a second replicator off a store. Two of them would do no harm, only the work twice.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "replicator/daemon/stop.hpp"
#include "storage/unshared.hpp"

namespace edo::daemon {

// Holds a lock on the file STORE-replicator for as long as it lives; the system drops it when the
// process dies, however that happens, also from under its forked children. The file stays beside
// the store.
class StoreLock {
 public:
  // Waits for at most `patience`, less if told to stop. Throws Error: busy, naming the process that
  // has it; io.
  StoreLock(const std::string& store, std::chrono::milliseconds patience, const Stop& stop);
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;
  ~StoreLock();

 private:
  bool try_lock();

  std::string store_;
  std::string path_;
  std::optional<storage::Unshared> file_;
};

}  // namespace edo::daemon
