#include "storage/recorder_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "storage/byte_lock.hpp"
#include "storage/side_files.hpp"

namespace edo::storage {
namespace {

// At the place of a recorder that has held its lock, so that one of an older version, or on a file
// system without locks, is not taken for dead.
constexpr char kHasHeld = 'x';

struct flock byte_of(std::int64_t recorder) noexcept {
  return byte_lock(F_WRLCK, recorder, 1);
}

}  // namespace

RecorderLock::RecorderLock(const std::string& store, std::int64_t recorder) noexcept
    : file_([&] { return open_side_file(store, kRecordersSuffix, O_RDWR | O_CREAT); }) {
  if (file_.get() < 0) return;
  struct flock lock = byte_of(recorder);
  if (fcntl(file_.get(), F_OFD_SETLK, &lock) == 0) {
    (void)!pwrite(file_.get(), &kHasHeld, 1, recorder);
  }
}

std::optional<bool> holds_lock(const std::string& store, std::int64_t recorder) noexcept {
  const int file = open_side_file(store, kRecordersSuffix, O_RDONLY);
  if (file < 0) return std::nullopt;
  char mark = 0;
  struct flock lock = byte_of(recorder);
  const bool known = pread(file, &mark, 1, recorder) == 1 && mark == kHasHeld &&
                     fcntl(file, F_OFD_GETLK, &lock) == 0;
  ::close(file);
  return known ? std::optional(lock.l_type != F_UNLCK) : std::nullopt;
}

}  // namespace edo::storage
