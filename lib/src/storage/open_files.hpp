// Which store files this process has open through this library, and whether anything else in the
// process has one open too.
//
// POSIX file locks belong to the process: when a second SQLite in it (another library, another copy
// of this one) closes the same file, the locks of the first are gone and the file can be damaged.
#pragma once

#include <sys/types.h>

#include <string>

namespace edo::storage {

// Counts one connection to a file while it lives.
class OpenFile {
 public:
  // Throws Error (invalid_argument) if some other code of this process has the file open.
  explicit OpenFile(const std::string& path);
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

 private:
  dev_t device_ = 0;
  ino_t inode_ = 0;  // 0: moved from
};

}  // namespace edo::storage
