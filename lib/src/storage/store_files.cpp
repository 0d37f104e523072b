#include "storage/store_files.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <thread>

#include "storage/side_files.hpp"
#include "storage/space.hpp"

namespace edo::storage {
namespace {

// Where a file system does not tell of changes to a folder.
constexpr std::chrono::seconds kLookAtLeastEvery{1};

// Three system calls are a tenth of a commit.
constexpr std::chrono::milliseconds kLookAtSizesEvery{10};

// A folder's time moves on with the kernel's tick, so two changes within one look alike.
constexpr std::int64_t kTick = 20'000'000;  // ns, twice the longest

// Of a file without a hole, for what the file system allocates later.
constexpr off_t kUnallocated = 64 << 10;

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
  while (!(held_ = flock(folder_.get(), operation) == 0) && (is_taken_ = errno == EWOULDBLOCK) &&
         std::chrono::steady_clock::now() < give_up_at) {
    std::this_thread::sleep_for(kStep);
  }
  if (held_) is_taken_ = false;
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

StoreFiles::StoreFiles(Database& database)
    : database_(database),
      page_bytes_(page_bytes(database)),
      path_(side_file(database.path(), "")),
      folder_path_(folder_of(database.path())),
      log_path_(side_file(database.path(), "-wal")),
      index_path_(side_file(database.path(), "-shm")),
      log_(database.log_files().log),
      index_(database.log_files().index),
      store_(FileId::at(path_)),
      store_file_(path_),
      log_file_(log_path_),
      index_file_(index_path_) {}

StoreFiles::File::File(const std::string& path) noexcept
    : descriptor([&] { return ::open(path.c_str(), O_PATH | O_CLOEXEC); }), seen(now()) {}

StoreFiles::Extent StoreFiles::File::now() const noexcept {
  constexpr off_t kBlock = 512;  // stat(2)
  struct stat found {};
  if (descriptor.get() < 0 || fstat(descriptor.get(), &found) != 0) return seen;
  return {found.st_size, found.st_blocks * kBlock};
}

StoreFiles::Folder StoreFiles::folder() const noexcept {
  struct stat found {};
  if (stat(folder_path_.c_str(), &found) != 0) return {};
  return {{found.st_dev, found.st_ino}, found.st_mtim};
}

StoreFiles::State StoreFiles::look() {
  const auto now = std::chrono::steady_clock::now();
  if (suspected_ || now - sizes_looked_at_ >= kLookAtSizesEvery) {
    if (const State cut = look_at_sizes(); cut != State::unchanged) return cut;
    sizes_looked_at_ = now;
    suspected_ = false;
  }
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

StoreFiles::State StoreFiles::look_at_sizes() {
  const off_t index = index_file_.now().size;
  if (index < index_file_.seen.size) return State::index_truncated;
  index_file_.seen.size = index;
  if (is_store_cut()) return State::store_truncated;
  if (is_log_cut()) return State::log_truncated;
  return State::unchanged;
}

// A checkpoint may have written pages far behind the end by now, with a hole before them. But a
// file is also smaller than before when free pages have been given back, and one that the file
// system compresses looks as if it had holes.
bool StoreFiles::is_store_cut() {
  const Extent now = store_file_.now();
  const Extent before = std::exchange(store_file_.seen, now);
  if (!suspected_ && now.size >= before.size && now.allocated >= before.allocated) return false;
  if (now.size > 0 && now.allocated + kUnallocated >= now.size) return false;
  if (now.size > 0) {
    try {
      // Pages that the connection remembers say nothing of the file.
      database_.execute("PRAGMA shrink_memory");
      if (database_.text("PRAGMA quick_check(1)") == "ok") return false;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) return false;
    }
  }
  store_file_.seen = before;  // as long as the file is there
  return true;
}

// A log is also shorter than before because somebody has begun it anew, and may have a hole behind
// what counts in it after a power cut. So what SQLite takes for its end decides. That is asked for
// before the file is looked at: whoever appends does so before anybody can know of it.
bool StoreFiles::is_log_cut() {
  constexpr int kTries = 3;
  const Extent now = log_file_.now();
  const Extent before = std::exchange(log_file_.seen, now);
  const bool asked = suspected_ || std::exchange(is_new_, false);
  if (!asked && now.size >= before.size && now.allocated >= before.allocated) return false;
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) std::this_thread::sleep_for(kStep);
    if (!lacks_log_until(log_end())) return false;
  }
  log_file_.seen = before;  // as long as the file is there
  return true;
}

off_t StoreFiles::log_end() {
  constexpr off_t kHeader = 32;
  constexpr off_t kFrameHeader = 24;
  try {
    // A connection knows of what others have written once it reads.
    (void)database_.integer("SELECT count(*) FROM sqlite_schema");
  } catch (const Error&) {
    // Part of it is in the log.
  }
  int frames = 0;
  int saved = 0;
  (void)sqlite3_wal_checkpoint_v2(database_.handle().getHandle(), "main", SQLITE_CHECKPOINT_NOOP,
                                  &frames, &saved);
  return frames > 0 ? kHeader + frames * (static_cast<off_t>(page_bytes_) + kFrameHeader) : 0;
}

// Whether the file ends before that, or has a hole before it, where somebody has written on behind
// the end. A hole smaller than a block of the file system is none to lseek(), but then the header
// is in it. SQLite has no locks on this file that closing it could drop.
bool StoreFiles::lacks_log_until(off_t end) const {
  if (end == 0) return false;
  if (log_file_.now().size < end) return true;
  const std::string name = "/proc/self/fd/" + std::to_string(log_file_.descriptor.get());
  const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const off_t hole = lseek(file, 0, SEEK_HOLE);
  std::uint32_t magic = 1;  // https://sqlite.org/fileformat2.html#walformat
  const bool no_header = pread(file, &magic, sizeof magic, 0) == sizeof magic && magic == 0;
  ::close(file);
  return no_header || (hole >= 0 && hole < end);
}

bool StoreFiles::set_aside(const std::string& path) noexcept {
  if (FileId::at(path_) != store_) return false;
  if (store_file_.now().size == 0) {
    remove_log();
    (void)::unlink(path_.c_str());
    return false;
  }
  remove_index();
  if (FileId::at(log_path_) == log_) (void)std::rename(log_path_.c_str(), (path + "-wal").c_str());
  return std::rename(path_.c_str(), path.c_str()) == 0;
}

StoreFiles::State StoreFiles::look_at_files() {
  int moved = 0;
  const int code =
      sqlite3_file_control(database_.handle().getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (code == SQLITE_OK && moved != 0) return State::store_gone;
  if (FileId::at(log_path_) != log_ || FileId::at(index_path_) != index_) return State::log_gone;
  return State::unchanged;
}

bool StoreFiles::has_other_log() const {
  const FileId log = FileId::at(log_path_);
  const FileId index = FileId::at(index_path_);
  return (log.inode != 0 && log != log_) || (index.inode != 0 && index != index_);
}

void StoreFiles::remove_index() noexcept {
  if (FileId::at(index_path_) == index_) (void)::unlink(index_path_.c_str());
}

void StoreFiles::remove_log(const std::string& keep) noexcept {
  const auto take_away = [&](const std::string& path, const FileId& ours) {
    if (ours.inode == 0 || FileId::at(path) != ours) return;
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
