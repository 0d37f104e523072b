// Knows which store files this process has open through this library, and whether other code of the
// process has one open, too.
//
// POSIX file locks belong to the process: when a second SQLite in it (another library, another copy
// of this one) closes the same file, the locks of the first are gone and the file can be damaged.
#pragma once

#include <cstdint>
#include <string>

#include "base/fork.hpp"
#include "storage/file_id.hpp"

namespace edo::storage {

// Counts one connection to a file while it lives.
class OpenFile {
 public:
  // Throws Error (invalid_argument) if some other code of this process has the file open.
  explicit OpenFile(const std::string& path);
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  [[nodiscard]] const FileId& id() const noexcept { return id_; }

  // From now on no other process believes that it is the last one that has the file open, and
  // removes its log; not even if this process has lost its POSIX locks because other code of it
  // closed the file.
  void hold(const std::string& path) noexcept;
  // Call it before SQLite closes the file, or the last connection cannot remove the log.
  void let_go() noexcept;

  // Whether another connection of any process has the file open. Asking changes nothing in its
  // folder, where recorders wait until nothing changes any more.
  [[nodiscard]] bool is_open_elsewhere(const std::string& path) const noexcept;

  // Whether the file says that it has a write-ahead log, or cannot be asked. A database with a
  // rollback journal says that it has none.
  [[nodiscard]] bool has_log(const std::string& path) const noexcept;

  // Whether any code of this process has a descriptor of that file.
  [[nodiscard]] static bool is_open_here(const FileId& id);

  // Connections of this process to the file. SQLite lets them share one index of the log, so after
  // the log has been removed all must be closed before one is opened.
  [[nodiscard]] static int connections(const std::string& path);

  // Called around fork(), so that the child gets a consistent state.
  static void before_fork() noexcept;
  static void after_fork() noexcept;
  // Called in a forked child between these two. Its parent may end before it.
  static void drop_inherited() noexcept;

 private:
  FileId id_;  // none: moved from
  std::uint64_t generation_ = base::fork_generation();
  bool holds_ = false;
};

}  // namespace edo::storage
