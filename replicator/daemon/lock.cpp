#include "replicator/daemon/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "edo/error.hpp"
#include "storage/side_files.hpp"

namespace edo::daemon {
namespace {

constexpr std::chrono::milliseconds kGlance{20};
constexpr const char* kSuffix = "-replicator";

// Of open_side_file(), by errno.
Error failure(const std::string& store, const std::string& path) {
  const int code = errno;
  if (const auto fault = code == EPERM ? storage::not_ours(store, kSuffix) : std::nullopt) {
    return {ErrorKind::invalid_argument,
            "lock " + path + ": this " + *fault + ", so no replicator created it; remove it"};
  }
  return {ErrorKind::io, "lock " + path + ": " + strerror(code) +
                             "; shipping creates this lock file beside the store, so run as the "
                             "store's owner, who may write to its folder"};
}

// Who has it, as the holder wrote it into the file.
std::string holder(int descriptor) {
  char text[32] = {};
  const auto size = pread(descriptor, text, sizeof text - 1, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string("unknown");
}

// A replicator that looks after its stores every few seconds writes nothing while it is idle.
void write_holder(int descriptor) {
  const std::string pid = std::to_string(getpid());
  if (holder(descriptor) == pid || ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const auto written = pwrite(descriptor, pid.data(), pid.size(), 0);
}

}  // namespace

StoreLock::StoreLock(const std::string& store, std::chrono::milliseconds patience, const Stop& stop)
    : store_(store), path_(storage::side_file(store, kSuffix)) {
  const auto give_up_at = std::chrono::steady_clock::now() + patience;
  while (!try_lock()) {
    if (std::chrono::steady_clock::now() < give_up_at && !stop.wait_for(kGlance)) continue;
    const int other = storage::open_side_file(store_, kSuffix, O_RDONLY);
    const std::string pid = other < 0 ? "unknown" : holder(other);
    if (other >= 0) close(other);
    throw Error(ErrorKind::busy, "ship " + store + ": another replicator ships it (process " + pid +
                                     "); let that one finish, or run again");
  }
}

bool StoreLock::try_lock() {
  file_.emplace([&] { return storage::open_side_file(store_, kSuffix, O_RDWR | O_CREAT); });
  if (file_->get() < 0) {
    // The folder of a store that is not there is not our business; opening the store will tell.
    if (errno == ENOENT || errno == ENOTDIR) return true;
    throw failure(store_, path_);
  }
  struct stat ours {};
  struct stat there {};
  const bool locked = flock(file_->get(), LOCK_EX | LOCK_NB) == 0;
  // Somebody may have removed the file between our opening and our locking.
  if (locked && fstat(file_->get(), &ours) == 0 && stat(path_.c_str(), &there) == 0 &&
      ours.st_ino == there.st_ino) {
    write_holder(file_->get());
    return true;
  }
  file_.reset();
  return false;
}

// Where there is no store, nothing must be left that looks as if there were one.
StoreLock::~StoreLock() {
  struct stat found {};
  if (file_ && stat(store_.c_str(), &found) != 0) (void)unlink(path_.c_str());
}

}  // namespace edo::daemon
