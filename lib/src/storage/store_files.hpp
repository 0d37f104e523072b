// Checks whether the files of an open store are still at their paths, and complete.
//
// A connection continues with the files that it has opened, even if they are moved or deleted,
// while a process that opens the store later gets the files at the path. Rows would go where nobody
// looks for them, or one store would have two logs. And a program that truncates files, as some log
// rotations do, breaks every connection that has them open.
#pragma once

#include <sys/types.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "storage/database.hpp"
#include "storage/file_id.hpp"
#include "storage/unshared.hpp"

namespace edo::storage {

// Belongs to the thread that the connection belongs to.
class StoreFiles {
 public:
  enum class State {
    unchanged,
    store_gone,       // the store was moved, replaced or deleted
    log_gone,         // its -wal or -shm file was
    store_truncated,  // the store was emptied
    log_truncated,    // its -wal file was cut, so that what is not in the store yet is gone
    index_truncated,  // its -shm file was; whatever SQLite does with this connection would end the
                      // process
  };

  // `database`, which must outlive it, is in WAL mode and has been read from.
  explicit StoreFiles(Database& database);

  // Costs one system call while no file is added to the store's folder or removed from it. Checks
  // the sizes of the files a few times a second.
  [[nodiscard]] State look();
  // Something could not be read or written, so the next look() checks everything.
  void suspect() noexcept { suspected_ = true; }

  // Whether another process has begun a new log for a store whose log was removed.
  [[nodiscard]] bool has_other_log() const;

  // Removes the files of this connection's log from their paths, where the next log would be
  // mistaken for them. Files of another log stay. With `keep`, they are renamed with that suffix
  // instead.
  void remove_log(const std::string& keep = {}) noexcept;
  // The same for the index alone; the next connection builds a new one from the log.
  void remove_index() noexcept;

  // Moves the store to `path`, with its log if there is one; removes an empty store. False if
  // nothing is at `path` afterwards, because the store was empty or another one is at our path.
  bool set_aside(const std::string& path) noexcept;

 private:
  // What changes when a file in a folder is created, renamed or removed.
  struct Folder {
    FileId id;
    timespec changed{};
  };

  struct Extent {
    off_t size = 0;
    off_t allocated = 0;  // less than the size where the file has holes
  };
  // One of the files, by a descriptor of O_PATH: closing it releases no POSIX locks.
  struct File {
    Unshared descriptor;
    Extent seen;  // at the last look

    explicit File(const std::string& path) noexcept;
    [[nodiscard]] Extent now() const noexcept;
  };

  [[nodiscard]] Folder folder() const noexcept;
  [[nodiscard]] State look_at_files();
  [[nodiscard]] State look_at_sizes();
  [[nodiscard]] bool is_store_cut();
  [[nodiscard]] bool is_log_cut();
  [[nodiscard]] off_t log_end();
  [[nodiscard]] bool lacks_log_until(off_t end) const;

  Database& database_;
  const std::uint64_t page_bytes_;
  const std::string path_;  // without links
  const std::string folder_path_;
  const std::string log_path_;
  const std::string index_path_;
  const FileId log_;
  const FileId index_;
  const FileId store_;
  File store_file_;
  File log_file_;
  File index_file_;
  Folder settled_;  // when the files were looked at, unless it may change unseen
  std::chrono::steady_clock::time_point looked_at_{};
  std::chrono::steady_clock::time_point sizes_looked_at_{};
  bool suspected_ = false;
  bool is_new_ = true;  // the log may have been cut before it was opened
};

// Keeps recorders of other processes from opening a store in this folder while one leaves its
// files. Otherwise one could begin a log for a file that another process still writes the end of an
// older log into, or that a program moves. Nobody waits for it without end, and it ends with its
// process.
//
// A process that writes a log into its store holds it shared: a log that was removed must not be
// written into a store that has a new log.
class FolderLock {
 public:
  static constexpr std::chrono::milliseconds kPatience{1000};
  enum class Hold { exclusive, shared };

  explicit FolderLock(const std::string& store, std::chrono::milliseconds patience = kPatience,
                      Hold hold = Hold::exclusive) noexcept;

  // False if another process holds it for longer than the patience, or the folder cannot be opened.
  [[nodiscard]] bool held() const noexcept { return held_; }
  // Whether another process holds it.
  [[nodiscard]] bool is_taken() const noexcept { return is_taken_; }

 private:
  Unshared folder_;
  bool held_ = false;
  bool is_taken_ = false;
};

// Waits a short time until no more files are moved into or out of the store's folder: a store is
// three files, which cannot be moved at once.
void wait_until_settled(const std::string& store);

}  // namespace edo::storage
