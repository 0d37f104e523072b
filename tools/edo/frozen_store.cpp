#include "tools/edo/frozen_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <thread>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "storage/open_files.hpp"
#include "storage/recorder_lock.hpp"
#include "storage/side_files.hpp"
#include "tools/edo/holders.hpp"
#include "tools/edo/wal_readers.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A host that records at full speed releases the lock only for moments.
constexpr milliseconds kForTheLock{5000};
constexpr milliseconds kStep{10};
// Recorders that notice the move have left by then; other processes are reported.
constexpr std::chrono::seconds kLeavingPatience{10};

// In the order of moving. The -shm comes after the WAL, so that it is never beside another store's
// WAL.
constexpr std::string_view kOfLog[] = {"-wal", "-shm", "-journal"};

Error failure(const std::string& what, int code) {
  return {code == ENOSPC || code == EDQUOT ? ErrorKind::full : ErrorKind::io,
          what + ": " + std::strerror(code)};
}

// Never replaces an existing file. Leaves the error in errno.
bool rename_to_free(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // The file system does not support RENAME_NOREPLACE.
  if (link(from.c_str(), to.c_str()) != 0) return false;
  (void)unlink(from.c_str());
  return true;
}

storage::OpenOptions writing() {
  storage::OpenOptions options;
  options.access = storage::Access::read_write;
  options.busy_timeout = kForTheLock;
  return options;
}

storage::Database opened(const std::string& path) {
  storage::Database database = storage::open_as_it_is(path, writing());
  // Closing this connection must not checkpoint: FrozenStore decides when to.
  sqlite3_db_config(database.handle().getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return database;
}

// Whether the file has everything of the WAL.
bool save_log(storage::Database& database) {
  int frames = 0;
  int saved = 0;
  const int code = sqlite3_wal_checkpoint_v2(database.handle().getHandle(), "main",
                                             SQLITE_CHECKPOINT_PASSIVE, &frames, &saved);
  if (code != SQLITE_OK && code != SQLITE_BUSY) throw database.error("write the log into");
  return code == SQLITE_OK && frames == saved;
}

}  // namespace

void keep_recorders_out(std::optional<storage::FolderLock>& lock, const std::string& store) {
  lock.emplace(store, kForTheLock);
  if (lock->held()) return;
  throw Error(ErrorKind::busy, "move", store,
              "another program is opening or moving stores in this folder; try again");
}

FrozenStore::FrozenStore(const std::string& path, std::chrono::milliseconds lock_timeout)
    : path_(storage::side_file(path, "")), database_(opened(path_)), beside_(opened(path_)) {
  const auto give_up_at = steady_clock::now() + lock_timeout;
  // The file is read while it is frozen, and each close would release this process's POSIX locks on
  // it. hold() then keeps other processes from removing the WAL.
  database_.open_file().hold(path_);
  // A connection that has read nothing yet does not know the WAL.
  (void)beside_.integer("PRAGMA schema_version");
  // Checkpoints most of the WAL while hosts still write.
  (void)save_log(beside_);
  for (;;) {
    // A recorder that opens takes this lock first and then waits for the other one.
    keep_recorders_out(recorders_, path_);
    database_.execute("BEGIN IMMEDIATE");
    if (save_log(beside_)) return;
    database_.execute("ROLLBACK");
    recorders_.reset();
    if (steady_clock::now() >= give_up_at) break;
    std::this_thread::sleep_for(kStep);
  }
  throw Error(ErrorKind::busy, "move", path_,
              "a reader of an older snapshot prevents the checkpoint; edo "
              "doctor names the process, and fuser -v " +
                  path_ + " does; end it and try again");
}

FrozenStore::~FrozenStore() {
  (void)database_.handle().tryExec("ROLLBACK");
  database_.open_file().let_go();
}

void require_free(const std::string& path) {
  for (const std::string_view suffix : {"", "-wal", "-shm", "-journal"}) {
    struct stat found {};
    const std::string file = path + std::string(suffix);
    if (lstat(file.c_str(), &found) != 0) continue;
    throw Error(ErrorKind::invalid_argument, "move to", path,
                file + " exists, and nothing is ever overwritten; " + "name another file" +
                    (suffix.empty() ? "" : ", or remove that one"));
  }
}

void move_beside(const std::string& from, const std::string& to) {
  for (const auto suffix : kOfLog) {
    (void)rename_to_free(from + std::string(suffix), to + std::string(suffix));
  }
  // The ids of recorder entries begin anew in the next store.
  (void)rename_to_free(from + storage::kRecordersSuffix, to + storage::kRecordersSuffix);
}

bool move_set(const std::string& from, const std::string& to) {
  require_free(to);
  if (!rename_to_free(from, to)) {
    if (errno == EXDEV) return false;
    throw failure("move " + from + " to " + to, errno);
  }
  move_beside(from, to);
  return true;
}

void remove_set(const std::string& store) {
  for (const std::string_view suffix : {"", "-wal", "-shm", "-journal", "-writers"}) {
    (void)unlink((store + std::string(suffix)).c_str());
  }
}

std::string name_aside(const std::string& store) {
  const fs::path path = store;
  std::string time;
  for (const char c : base::format_timestamp(base::Clock::system().now()).substr(0, 19)) {
    if (c != '-' && c != ':') time += c;
  }
  const std::string name = path.parent_path() / (path.stem().string() + "-" + time + "Z");
  const std::string extension = path.extension();
  std::string free = name + extension;
  struct stat found {};
  for (int i = 2; lstat(free.c_str(), &found) == 0 || lstat((free + "-wal").c_str(), &found) == 0;
       ++i) {
    free = name + "-" + std::to_string(i) + extension;
  }
  return free;
}

OpenElsewhere wait_until_left(const std::string& store) {
  const auto give_up_at = steady_clock::now() + kLeavingPatience;
  while (storage::OpenFile(store).is_open_elsewhere(store) && steady_clock::now() < give_up_at) {
    std::this_thread::sleep_for(kStep);
  }
  try {
    // The last connection to close removes the WAL.
    storage::Database database = storage::open_as_it_is(store, writing());
    (void)save_log(database);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::busy) throw;
  }
  struct stat found {};
  if (lstat((store + "-wal").c_str(), &found) != 0) return {};
  OpenElsewhere elsewhere{false, {}};
  for (const auto& holder : holders_of(store)) elsewhere.processes.push_back(describe(holder));
  return elsewhere;
}

void sync_folder(const std::string& path) {
  const std::string folder = storage::folder_of(path);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int code = errno;
  if (descriptor >= 0) ::close(descriptor);
  // Some file systems cannot sync folders.
  if (!synced && code != EINVAL) throw failure("write the folder " + folder + " to the disk", code);
}

}  // namespace edo::cli
