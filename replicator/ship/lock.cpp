#include "replicator/ship/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "edo/error.hpp"
#include "storage/side_files.hpp"

namespace edo::shipping {
namespace {

constexpr std::chrono::milliseconds kGlance{20};
constexpr const char* kSuffix = "-replicator";

// Classifies an errno of open_side_file().
Error failure(const std::string& store, const std::string& path) {
  const int code = errno;
  if (const auto fault = code == EPERM ? storage::not_ours(store, kSuffix) : std::nullopt) {
    return {ErrorKind::invalid_argument, "lock", path,
            "this " + *fault + ", so no replicator created it; remove it"};
  }
  return {ErrorKind::io, "lock", path,
          std::string(strerror(code)) +
              "; shipping creates this lock file beside the store, so run as the "
              "store's owner, who may write to its folder"};
}

// The process that holds the lock, as it wrote it into the file.
std::string holder(int descriptor) {
  char text[32] = {};
  const auto size = pread(descriptor, text, sizeof text - 1, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string("unknown");
}

// Skips an unchanged text, so that an idle replicator writes nothing.
void write_holder(int descriptor) {
  const std::string pid = std::to_string(getpid());
  if (holder(descriptor) == pid || ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const auto written = pwrite(descriptor, pid.data(), pid.size(), 0);
}

}  // namespace

StoreLock::StoreLock(const std::string& store, std::chrono::milliseconds timeout, const Stop& stop)
    : store_(store), path_(storage::side_file(store, kSuffix)) {
  const auto give_up_at = std::chrono::steady_clock::now() + timeout;
  while (!try_lock()) {
    if (std::chrono::steady_clock::now() < give_up_at && !stop.wait_for(kGlance)) continue;
    const int other = storage::open_side_file(store_, kSuffix, O_RDONLY);
    const std::string pid = other < 0 ? "unknown" : holder(other);
    if (other >= 0) close(other);
    throw Error(
        ErrorKind::busy, "ship", store,
        "another replicator ships it (process " + pid + "); let that one finish, or run again");
  }
}

bool StoreLock::try_lock() {
  file_.emplace([&] { return storage::open_side_file(store_, kSuffix, O_RDWR | O_CREAT); });
  if (file_->get() < 0) {
    // If the folder is missing, opening the store reports it.
    if (errno == ENOENT || errno == ENOTDIR) return true;
    throw failure(store_, path_);
  }
  struct stat ours {};
  struct stat there {};
  const bool locked = flock(file_->get(), LOCK_EX | LOCK_NB) == 0;
  // The file may have been removed after open() and before the lock.
  if (locked && fstat(file_->get(), &ours) == 0 && stat(path_.c_str(), &there) == 0 &&
      ours.st_ino == there.st_ino) {
    write_holder(file_->get());
    return true;
  }
  file_.reset();
  return false;
}

// Removes the file if there is no store, so that nothing looks like one.
StoreLock::~StoreLock() {
  struct stat found {};
  if (file_ && stat(store_.c_str(), &found) != 0) (void)unlink(path_.c_str());
}

}  // namespace edo::shipping
