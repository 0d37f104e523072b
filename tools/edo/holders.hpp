// Finds the processes that have a store's files open, from /proc. Only root sees the processes of
// other users, and no user those of other machines.
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
  std::string path;  // its present path as that process sees it, or the path before it was deleted
  bool deleted = false;
};

struct Holder {
  pid_t pid = 0;
  std::string program;
  std::vector<OpenedFile> files;  // all open files
};

// "node, pid 4711", printable.
[[nodiscard]] std::string describe(const Holder& holder);

// The processes that have the store or its WAL open, even under another name, or a file that was
// deleted from these paths. This process is not among them.
[[nodiscard]] std::vector<Holder> holders_of(const std::string& store);

}  // namespace edo::cli
