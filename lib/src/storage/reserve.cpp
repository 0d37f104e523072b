#include "storage/reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace edo::storage {

bool make_reserve(const std::string& store) noexcept {
  try {
    const std::string path = store + kReserveSuffix;
    struct stat found {};
    if (stat(path.c_str(), &found) == 0 && found.st_size == kReserveBytes) return true;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return false;
    const bool made = posix_fallocate(file, 0, kReserveBytes) == 0;
    ::close(file);
    if (!made) (void)::unlink(path.c_str());
    return made;
  } catch (const std::exception&) {
    return false;
  }
}

bool release_reserve(const std::string& store) noexcept {
  try {
    return ::unlink((store + kReserveSuffix).c_str()) == 0;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace edo::storage
