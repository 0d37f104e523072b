// Which file is at a path, whatever its name.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <compare>
#include <string>

namespace edo::storage {

struct FileId {
  dev_t device = 0;
  ino_t inode = 0;  // 0: no such file
  auto operator<=>(const FileId&) const = default;

  // Of the file that a link at this path leads to.
  [[nodiscard]] static FileId at(const std::string& path) noexcept {
    struct stat found {};
    if (stat(path.c_str(), &found) != 0) return {};
    return {found.st_dev, found.st_ino};
  }
};

}  // namespace edo::storage
