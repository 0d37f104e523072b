// Freezes a store, so that its files can be moved while hosts record into it.
//
// A store is three files, and a process that has them open keeps using these files, wherever they
// are. So all three are moved, in an order that loses nothing if it is interrupted: the store's own
// file has everything before any file moves, and no process writes until all are moved. Recorders
// notice the move, leave the old files and continue at the path (storage/store_files.hpp).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "replicator/ship/lock.hpp"
#include "replicator/ship/stop.hpp"
#include "storage/store.hpp"
#include "storage/store_files.hpp"

namespace edo::cli {

// How long a move waits for a replicator that ships the store, and for readers of an older
// snapshot.
inline constexpr const char* kDefaultLockTimeout = "30s";

// While it lives, no replicator ships the store.
class WithoutReplicators {
 public:
  // Throws Error: busy.
  WithoutReplicators(const std::string& store, std::chrono::milliseconds lock_timeout)
      : lock_(store, lock_timeout, stop_) {}

 private:
  shipping::Stop stop_;
  shipping::StoreLock lock_;
};

// While it lives, no process writes to the store, no recorder opens or closes it, and its file has
// everything that was recorded. Recorders wait as for any writer, and then queue calls in memory,
// so keep it short.
class FrozenStore {
 public:
  // Throws the Errors of storage::open_as_it_is(), and busy, which names the readers of an older
  // snapshot.
  FrozenStore(const std::string& path, std::chrono::milliseconds lock_timeout);
  FrozenStore(const FrozenStore&) = delete;
  FrozenStore& operator=(const FrozenStore&) = delete;
  ~FrozenStore();

  [[nodiscard]] const std::string& path() const noexcept {
    return path_;
  }  // with symbolic links resolved
  [[nodiscard]] storage::Database& database() noexcept { return database_; }

 private:
  const std::string path_;
  std::optional<storage::FolderLock> recorders_;
  storage::Database database_;
  storage::Database beside_;  // checkpoints while database_ holds the write lock
};

// Moves a frozen store with all its files to `to` on the same file system. Returns false and does
// nothing if `to` is on another file system. Throws Error if a file exists there.
[[nodiscard]] bool move_set(const std::string& from, const std::string& to);

// Moves the WAL, the recorders' locks and all other files of the store, but not the store itself.
void move_beside(const std::string& from, const std::string& to);

// Removes the store with all these files.
void remove_set(const std::string& store);

// Throws Error (invalid_argument) if a file exists at the path, or beside it under the name of a
// store's file.
void require_free(const std::string& path);

// Keeps recorders out of the folder of that store. Throws Error: busy.
void keep_recorders_out(std::optional<storage::FolderLock>& lock, const std::string& store);

// A name beside the store that is free: "telemetry-20261018T140322Z.db".
[[nodiscard]] std::string name_aside(const std::string& store);

// Waits until no other process has the store open, and it is one file without a WAL. Returns the
// processes that still have it open after a timeout; the file then has everything too, unless they
// still write.
struct OpenElsewhere {
  bool alone = true;
  std::vector<std::string> processes;  // "node, pid 4711"
};
[[nodiscard]] OpenElsewhere wait_until_left(const std::string& store);

// Syncs the folder of that file, so that renamed and created files are on the disk.
void sync_folder(const std::string& path);

}  // namespace edo::cli
