#include "storage/reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "storage/side_files.hpp"

namespace edo::storage {
namespace {

constexpr off_t kSmallestStep = 4096;

}  // namespace

bool make_reserve(const std::string& store) noexcept {
  const int file = open_side_file(store, kReserveSuffix, O_WRONLY | O_CREAT);
  if (file < 0) return false;
  struct stat found {};
  off_t size = fstat(file, &found) == 0 ? found.st_size : 0;
  for (off_t step = kReserveBytes; step >= kSmallestStep && size < kReserveBytes;) {
    const bool grown = posix_fallocate(file, size, std::min(step, kReserveBytes - size)) == 0;
    if (fstat(file, &found) != 0) break;
    size = found.st_size;
    if (!grown) step /= 2;
  }
  ::close(file);
  return size >= kReserveBytes;
}

bool release_reserve(const std::string& store) noexcept {
  const int file = open_side_file(store, kReserveSuffix, O_WRONLY);
  if (file < 0) return false;
  struct stat found {};
  const bool released = fstat(file, &found) == 0 && found.st_size > kReserveKept &&
                        ftruncate(file, kReserveKept) == 0;
  ::close(file);
  return released;
}

void refill_reserve(const std::string& store) noexcept {
  const int file = open_side_file(store, kReserveSuffix, O_WRONLY);
  if (file < 0) return;
  ::close(file);
  (void)make_reserve(store);
}

bool keep_room_for_log(const std::string& store) noexcept {
  // SQLite has no locks on this file that closing it could drop.
  const int file = open_side_file(store, "-wal", O_WRONLY);
  if (file < 0) return false;
  const bool kept = fallocate(file, FALLOC_FL_KEEP_SIZE, 0, kLogRoom) == 0;
  ::close(file);
  return kept;
}

}  // namespace edo::storage
