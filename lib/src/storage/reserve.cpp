#include "storage/reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "storage/beside.hpp"

namespace edo::storage {
namespace {

constexpr off_t kSmallestStep = 4096;

}  // namespace

bool make_reserve(const std::string& store) noexcept {
  try {
    const std::string path = beside(store, kReserveSuffix);
    struct stat found {};
    if (stat(path.c_str(), &found) == 0 && found.st_size >= kReserveBytes) return true;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return false;
    off_t size = 0;
    for (off_t step = kReserveBytes; step >= kSmallestStep && size < kReserveBytes;) {
      const bool grown = posix_fallocate(file, size, std::min(step, kReserveBytes - size)) == 0;
      if (fstat(file, &found) != 0) break;
      size = found.st_size;
      if (!grown) step /= 2;
    }
    ::close(file);
    return size >= kReserveBytes;
  } catch (const std::exception&) {
    return false;
  }
}

bool release_reserve(const std::string& store) noexcept {
  try {
    const std::string path = beside(store, kReserveSuffix);
    struct stat found {};
    return stat(path.c_str(), &found) == 0 && found.st_size > kReserveKept &&
           truncate(path.c_str(), kReserveKept) == 0;
  } catch (const std::exception&) {
    return false;
  }
}

void refill_reserve(const std::string& store) noexcept {
  try {
    const bool exists = ::access(beside(store, kReserveSuffix).c_str(), F_OK) == 0;
    if (exists) (void)make_reserve(store);
  } catch (const std::exception&) {
    // The next recorder does it.
  }
}

bool keep_room_for_log(const std::string& store) noexcept {
  try {
    // SQLite has no locks on this file that closing it could drop.
    const int file = ::open(beside(store, "-wal").c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return false;
    const bool kept = fallocate(file, FALLOC_FL_KEEP_SIZE, 0, kLogRoom) == 0;
    ::close(file);
    return kept;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace edo::storage
