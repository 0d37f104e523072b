// Which processes have the files of a store open, as /proc tells: those of other users, or of
// another machine, only root sees, or nobody.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace edo::cli {

struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
};

// Nothing if the file does not exist.
[[nodiscard]] std::optional<FileId> file_id(const std::string& path);

struct OpenedFile {
  FileId id;
  std::string path;  // where it is now, as that process sees it, or was before it was deleted
  bool deleted = false;
};

struct Holder {
  pid_t pid = 0;
  std::string program;
  std::vector<OpenedFile> files;  // all that it has open
};

// "node, pid 4711", fit to be shown.
[[nodiscard]] std::string describe(const Holder& holder);

// Those that have the store or its log open, whatever these are called by now, or a file that was
// deleted from their paths. Without this process.
[[nodiscard]] std::vector<Holder> holders_of(const std::string& store);

}  // namespace edo::cli
