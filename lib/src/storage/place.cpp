#include "storage/place.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <thread>

#include "storage/beside.hpp"

namespace edo::storage {
namespace {

// Where a file system does not tell of changes to a folder.
constexpr std::chrono::seconds kLookAtLeastEvery{1};

// A folder's time moves on with the kernel's tick, so two changes within one look alike.
constexpr std::int64_t kTick = 20'000'000;  // ns, twice the longest

constexpr std::chrono::milliseconds kSettled{50};
constexpr std::chrono::milliseconds kLongestWait{1000};
constexpr std::chrono::milliseconds kStep{5};

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t changed_at(const std::string& folder) {
  struct stat found {};
  return stat(folder.c_str(), &found) == 0 ? nanoseconds(found.st_mtim) : 0;
}

}  // namespace

FolderLock::FolderLock(const std::string& store, std::chrono::milliseconds patience,
                       Hold hold) noexcept
    : folder_([&] {
        try {
          return ::open(folder_of(store).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        } catch (const std::exception&) {
          return -1;
        }
      }) {
  if (folder_.get() < 0) return;
  const auto give_up_at = std::chrono::steady_clock::now() + patience;
  const int operation = (hold == Hold::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  while (!(held_ = flock(folder_.get(), operation) == 0) && errno == EWOULDBLOCK &&
         std::chrono::steady_clock::now() < give_up_at) {
    std::this_thread::sleep_for(kStep);
  }
}

void wait_until_settled(const std::string& store) {
  using std::chrono::steady_clock;
  const std::string folder = folder_of(store);
  const auto give_up_at = steady_clock::now() + kLongestWait;
  std::int64_t changed = changed_at(folder);
  auto since = steady_clock::now();
  while (steady_clock::now() - since < kSettled && steady_clock::now() < give_up_at) {
    std::this_thread::sleep_for(kStep);
    if (const auto latest = changed_at(folder); latest != changed) {
      changed = latest;
      since = steady_clock::now();
    }
  }
}

Place::Place(Database& database)
    : database_(database),
      folder_path_(folder_of(database.path())),
      log_path_(beside(database.path(), "-wal")),
      index_path_(beside(database.path(), "-shm")),
      log_(id_at(log_path_)),
      index_(id_at(index_path_)) {}

Place::FileId Place::id_at(const std::string& path) noexcept {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino};
}

Place::Folder Place::folder() const noexcept {
  struct stat found {};
  if (stat(folder_path_.c_str(), &found) != 0) return {};
  return {{found.st_dev, found.st_ino}, found.st_mtim};
}

Place::State Place::look() {
  const auto now = std::chrono::steady_clock::now();
  const Folder folder = this->folder();
  if (folder.id.inode != 0 && folder.id == settled_.id &&
      nanoseconds(folder.changed) == nanoseconds(settled_.changed) &&
      now - looked_at_ < kLookAtLeastEvery) {
    return State::unchanged;
  }
  looked_at_ = now;
  timespec clock{};
  clock_gettime(CLOCK_REALTIME_COARSE, &clock);
  const bool may_change_unseen = nanoseconds(clock) - nanoseconds(folder.changed) < kTick;
  settled_ = may_change_unseen ? Folder() : folder;
  return look_at_files();
}

Place::State Place::look_at_files() {
  int moved = 0;
  const int code =
      sqlite3_file_control(database_.handle().getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (code == SQLITE_OK && moved != 0) return State::store_left;
  if (id_at(log_path_) != log_ || id_at(index_path_) != index_) return State::log_left;
  return State::unchanged;
}

bool Place::has_other_log() const {
  const FileId log = id_at(log_path_);
  const FileId index = id_at(index_path_);
  return (log.inode != 0 && log != log_) || (index.inode != 0 && index != index_);
}

void Place::remove_log(const std::string& keep) noexcept {
  const auto take_away = [&](const std::string& path, const FileId& ours) {
    if (ours.inode == 0 || id_at(path) != ours) return;
    if (keep.empty()) {
      (void)::unlink(path.c_str());
    } else {
      (void)std::rename(path.c_str(), (path + keep).c_str());
    }
  };
  take_away(log_path_, log_);
  take_away(index_path_, index_);
}

}  // namespace edo::storage
