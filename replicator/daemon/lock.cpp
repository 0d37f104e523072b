#include "replicator/daemon/lock.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>

#include "edo/error.hpp"

namespace edo::daemon {
namespace {

constexpr std::chrono::milliseconds kGlance{20};

Error failure(const std::string& path) {
  return {ErrorKind::io, "lock " + path + ": " + strerror(errno) +
                             "; shipping makes this file beside the store, so run as the store's "
                             "owner, who may write to its folder"};
}

// Who has it, as the holder wrote it into the file.
std::string holder(int descriptor) {
  char text[32] = {};
  const auto size = pread(descriptor, text, sizeof text - 1, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string("unknown");
}

// The locks of this process. A forked child inherits their descriptors, and with them a lock that
// would outlast a parent who dies.
struct Held {
  std::mutex mutex;
  std::set<int> descriptors;
};

Held& held() {
  static Held* const all = [] {
    pthread_atfork([] { held().mutex.lock(); }, [] { held().mutex.unlock(); },
                   [] {
                     for (const int descriptor : held().descriptors) close(descriptor);
                     held().descriptors.clear();
                     std::construct_at(&held().mutex);
                   });
    return new Held;  // for as long as there are threads
  }();
  return *all;
}

int opened(const std::string& path) {
  // It is written to, so it must not lead to another file.
  return open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

}  // namespace

StoreLock::StoreLock(const std::string& store, std::chrono::milliseconds patience, const Stop& stop)
    : path_(store + "-replicator") {
  const auto give_up_at = std::chrono::steady_clock::now() + patience;
  while (!try_lock()) {
    if (std::chrono::steady_clock::now() < give_up_at && !stop.wait_for(kGlance)) continue;
    const int other = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const std::string pid = other < 0 ? "unknown" : holder(other);
    if (other >= 0) close(other);
    throw Error(ErrorKind::busy, "ship " + store + ": another replicator is at it (process " + pid +
                                     "); leave it to that one, or run again");
  }
}

bool StoreLock::try_lock() {
  // The folder of a store that is not there is not our business; opening the store will tell.
  const std::lock_guard no_fork(held().mutex);
  descriptor_ = opened(path_);
  if (descriptor_ < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return true;
    throw failure(path_);
  }
  struct stat ours {};
  struct stat there {};
  const bool locked = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  // Whoever had it may have removed the file between our opening and our locking.
  if (locked && fstat(descriptor_, &ours) == 0 && stat(path_.c_str(), &there) == 0 &&
      ours.st_ino == there.st_ino) {
    const std::string pid = std::to_string(getpid());
    if (ftruncate(descriptor_, 0) == 0) {
      [[maybe_unused]] const auto written = pwrite(descriptor_, pid.data(), pid.size(), 0);
    }
    held().descriptors.insert(descriptor_);
    return true;
  }
  close(descriptor_);
  descriptor_ = -1;
  return false;
}

StoreLock::~StoreLock() {
  if (descriptor_ < 0) return;
  const std::lock_guard no_fork(held().mutex);
  held().descriptors.erase(descriptor_);
  (void)unlink(path_.c_str());
  close(descriptor_);
}

}  // namespace edo::daemon
