// A lock on bytes of a file, as fcntl() takes it.
#pragma once

#include <fcntl.h>

namespace edo::storage {

[[nodiscard]] inline struct flock byte_lock(short type, off_t first, off_t bytes) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = first;
  lock.l_len = bytes;
  return lock;
}

}  // namespace edo::storage
