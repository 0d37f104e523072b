#include "storage/log_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <system_error>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "storage/byte_lock.hpp"
#include "storage/side_files.hpp"
#include "storage/store_files.hpp"

namespace edo::storage {
namespace {

// Every connection that uses an index has locks on some of these bytes of it, as long as it lives
// (https://sqlite.org/walformat.html#wal_locks).
constexpr off_t kFirstIndexLock = 120;
constexpr off_t kIndexLocks = 9;

// An extended attribute: the inodes of the store and of the log, which no copy of them has.
constexpr const char* kStoreOfLog = "user.edo.store";

struct Mark {
  ino_t store = 0;
  ino_t log = 0;
};

bool is_index_in_use(const std::string& store, const FileId& index) {
  // Opening and closing it would take away the locks that this process has on it.
  if (OpenFile::is_open_here(index)) return true;
  const int file = open_side_file(store, "-shm", O_RDONLY);
  if (file < 0) return false;
  struct flock lock = byte_lock(F_WRLCK, kFirstIndexLock, kIndexLocks);
  const bool known = fcntl(file, F_OFD_GETLK, &lock) == 0;
  ::close(file);
  return known && lock.l_type != F_UNLCK;
}

}  // namespace

LogFiles LogFiles::of(const std::string& store) {
  return {FileId::at(side_file(store, "-wal")), FileId::at(side_file(store, "-shm"))};
}

LogState state_of_log(const std::string& store, const OpenFile& file) {
  const LogFiles found = LogFiles::of(store);
  const bool lacks_one = found.log == FileId() || found.index == FileId();
  if (file.is_open_elsewhere(store)) {
    return lacks_one && file.has_log(store) ? LogState::lost : LogState::free;
  }
  const ino_t marked = marked_store(side_file(store, "-wal"));
  if (marked == 0 || marked == FileId::at(store).inode) return LogState::free;
  return is_index_in_use(store, found.index) ? LogState::others : LogState::left_by_others;
}

ino_t marked_store(const std::string& log) noexcept {
  Mark mark;
  const bool is_marked = lgetxattr(log.c_str(), kStoreOfLog, &mark, sizeof mark) == sizeof mark &&
                         mark.log == FileId::at(log).inode;
  return is_marked ? mark.store : 0;
}

void mark_log(const std::string& path, const FileId& store, const FileId& log) noexcept {
  try {
    const Mark mark{store.inode, log.inode};
    (void)lsetxattr(side_file(path, "-wal").c_str(), kStoreOfLog, &mark, sizeof mark, 0);
  } catch (const std::exception&) {
    // Then it is taken for that of whatever store is there.
  }
}

void forget_begun_log(const std::string& store, const LogFiles& before) noexcept {
  try {
    const LogFiles now = LogFiles::of(store);
    const std::string log = side_file(store, "-wal");
    if (now.index != before.index && !is_index_in_use(store, now.index)) {
      (void)::unlink(side_file(store, "-shm").c_str());
    }
    struct stat found {};
    const bool is_empty = stat(log.c_str(), &found) == 0 && found.st_size == 0;
    if (now.log != before.log && is_empty) (void)::unlink(log.c_str());
  } catch (const std::exception&) {
    // Nobody had room for the names.
  }
}

std::string set_log_aside(const std::string& path, const FileId& id) {
  const std::string log = side_file(path, "-wal");
  struct stat found {};
  const auto is_there = [&] { return FileId::at(log) == id && lstat(log.c_str(), &found) == 0; };
  if (id == FileId() || !is_there()) return {};
  // Somebody may be moving all files of the store, of which this is not the first.
  if (found.st_size > 0) wait_until_settled(path);
  if (!is_there()) return {};
  if (found.st_size == 0) {
    (void)::unlink(log.c_str());
    (void)::unlink(side_file(path, "-shm").c_str());
    return {};
  }
  std::string aside = log + "-left";
  if (lstat(aside.c_str(), &found) == 0) {
    aside += "-" + base::format_timestamp(base::Clock::system().now());
  }
  if (std::rename(log.c_str(), aside.c_str()) != 0) return {};
  (void)::unlink(side_file(path, "-shm").c_str());
  return aside;
}

void replace_lost_log(const std::string& store) {
  const std::string log = side_file(store, "-wal");
  const std::string copy = side_file(store, kRescueDraft) + std::to_string(::getpid());
  std::error_code failure;
  // Made anew: somebody may have put a link there.
  (void)::unlink(copy.c_str());
  std::filesystem::copy_file(log, copy, failure);
  if (!failure) std::filesystem::rename(copy, log, failure);
  if (!failure || failure == std::errc::no_such_file_or_directory) return;
  (void)::unlink(copy.c_str());
  throw Error(failure == std::errc::no_space_on_device ? ErrorKind::full : ErrorKind::io, "copy",
              log, failure.message());
}

}  // namespace edo::storage
