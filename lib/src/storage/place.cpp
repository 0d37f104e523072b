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
#include "storage/space.hpp"

namespace edo::storage {
namespace {

// Where a file system does not tell of changes to a folder.
constexpr std::chrono::seconds kLookAtLeastEvery{1};

// Four system calls are a tenth of a commit.
constexpr std::chrono::milliseconds kLookEvery{10};

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
      page_bytes_(page_bytes(database)),
      folder_path_(folder_of(database.path())),
      log_path_(beside(database.path(), "-wal")),
      index_path_(beside(database.path(), "-shm")),
      log_(id_at(log_path_)),
      index_(id_at(index_path_)),
      store_(id_at(database.path())),
      store_file_(database.path()),
      log_file_(log_path_),
      index_file_(index_path_) {}

Place::File::File(const std::string& path) noexcept
    : descriptor([&] { return ::open(path.c_str(), O_PATH | O_CLOEXEC); }), size(size_now()) {}

off_t Place::File::size_now() const noexcept {
  struct stat found {};
  return descriptor.get() >= 0 && fstat(descriptor.get(), &found) == 0 ? found.st_size : size;
}

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
  if (state_ == State::unchanged && now - looked_at_ < kLookEvery) return state_;
  return look_now();
}

Place::State Place::look_now() {
  looked_at_ = std::chrono::steady_clock::now();
  state_ = look_at_sizes();
  if (state_ == State::unchanged) state_ = look_at_folder();
  return state_;
}

Place::State Place::look_at_folder() {
  const Folder folder = this->folder();
  if (folder.id.inode != 0 && folder.id == settled_.id &&
      nanoseconds(folder.changed) == nanoseconds(settled_.changed) &&
      looked_at_ - files_looked_at_ < kLookAtLeastEvery) {
    return State::unchanged;
  }
  files_looked_at_ = looked_at_;
  timespec clock{};
  clock_gettime(CLOCK_REALTIME_COARSE, &clock);
  const bool may_change_unseen = nanoseconds(clock) - nanoseconds(folder.changed) < kTick;
  settled_ = may_change_unseen ? Folder() : folder;
  return look_at_files();
}

Place::State Place::look_at_sizes() {
  // First, since all that SQLite does would read it.
  const off_t index = index_file_.size_now();
  if (index < index_file_.size && id_at(index_path_) == index_) {
    mended_index_ = ::truncate(index_path_.c_str(), index_file_.size) == 0;
  } else {
    index_file_.size = index;
  }
  const off_t store = store_file_.size_now();
  if (store == 0 && store_file_.size > 0) return State::store_cut;
  store_file_.size = store;
  const off_t log = log_file_.size_now();
  if (log < log_file_.size && is_log_cut()) return State::log_cut;
  log_file_.size = log;
  return State::unchanged;
}

// A log is also shorter than before because somebody has begun it anew. So what SQLite has for its
// length counts, and is asked for first: whoever appends does so before anybody can know of it.
bool Place::is_log_cut() {
  constexpr int kTries = 3;
  constexpr off_t kHeader = 32;
  constexpr off_t kFrameHeader = 24;
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) std::this_thread::sleep_for(kStep);
    int frames = 0;
    int saved = 0;
    try {
      (void)database_.integer("SELECT count(*) FROM sqlite_schema");
    } catch (const Error&) {
      // Part of it is in the log.
    }
    (void)sqlite3_wal_checkpoint_v2(database_.handle().getHandle(), "main", SQLITE_CHECKPOINT_NOOP,
                                    &frames, &saved);
    const auto page = static_cast<off_t>(page_bytes_);
    if (frames <= 0 || log_file_.size_now() >= kHeader + frames * (page + kFrameHeader)) {
      return false;
    }
  }
  return true;
}

void Place::remove_empty_store() noexcept {
  if (store_file_.size_now() == 0 && id_at(database_.path()) == store_) {
    (void)::unlink(database_.path().c_str());
  }
}

bool Place::set_aside(const std::string& path) noexcept {
  if (id_at(database_.path()) != store_) return false;
  if (id_at(index_path_) == index_) (void)::unlink(index_path_.c_str());
  if (id_at(log_path_) == log_) (void)std::rename(log_path_.c_str(), (path + "-wal").c_str());
  return std::rename(database_.path().c_str(), path.c_str()) == 0;
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
