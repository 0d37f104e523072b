// A store that is held still, so that its files can be moved while hosts record into it.
//
// A store is three files, and whoever has them open goes on with those that he has, wherever they
// are. So all three are moved, in an order in which nothing is lost wherever it breaks off: the
// store's own file has everything before any of them moves, and nobody writes until all have.
// Recorders that notice the move leave the old files and go on at the path
// (storage/store_files.hpp).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "replicator/daemon/lock.hpp"
#include "replicator/daemon/stop.hpp"
#include "storage/store.hpp"
#include "storage/store_files.hpp"

namespace edo::cli {

// How long a move waits for the replicator that is at the store, and for readers of an old state.
inline constexpr const char* kMovePatience = "30s";

// While it lives no replicator is at the store.
class WithoutReplicators {
 public:
  // Throws Error: busy.
  WithoutReplicators(const std::string& store, std::chrono::milliseconds patience)
      : lock_(store, patience, stop_) {}

 private:
  daemon::Stop stop_;
  daemon::StoreLock lock_;
};

// While it lives nobody writes to the store, no recorder opens or leaves it, and all that was
// recorded is in its file. Recorders wait for that like for any other writer, and then keep calls
// in memory, so it is to be short.
class StillStore {
 public:
  // Throws Error as storage::open_as_it_is, and busy, naming who reads an old state.
  StillStore(const std::string& path, std::chrono::milliseconds patience);
  StillStore(const StillStore&) = delete;
  StillStore& operator=(const StillStore&) = delete;
  ~StillStore();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }  // without links
  [[nodiscard]] storage::Database& database() noexcept { return database_; }

 private:
  const std::string path_;
  std::optional<storage::FolderLock> recorders_;
  storage::Database database_;
  storage::Database beside_;  // checkpoints while the other one keeps writers away
};

// Moves a store that is held still to `to` on the same file system, with the files that belong to
// it. False, with nothing done, if that is another file system. Throws Error if anything is there.
[[nodiscard]] bool move_set(const std::string& from, const std::string& to);

// Moves the log, the locks of writers and what else belongs to the store, without the store itself.
void move_beside(const std::string& from, const std::string& to);

// Removes the store with all of that.
void remove_set(const std::string& store);

// Throws Error (invalid_argument) if anything is at the path, or beside it where it would be taken
// for a part of a store there.
void require_free(const std::string& path);

// Keeps recorders out of the folder of that store. Throws Error: busy.
void keep_recorders_out(std::optional<storage::FolderLock>& lock, const std::string& store);

// A name beside the store that is free: "telemetry-20261018T140322Z.db".
[[nodiscard]] std::string name_aside(const std::string& store);

// Waits until those who had the files open that are at `store` now have left them, and the store is
// one file without a log. Returns the processes that have it open for longer than the patience; all
// is in the file then as well, unless they still write.
struct OpenElsewhere {
  bool alone = true;
  std::vector<std::string> processes;  // "node, pid 4711"
};
[[nodiscard]] OpenElsewhere wait_until_left(const std::string& store);

// What is renamed or made in the folder of that file is on the disk after it.
void sync_folder(const std::string& path);

}  // namespace edo::cli
