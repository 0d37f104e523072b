// Whether the files of an open store are still at their paths, and whole.
//
// A connection goes on with the files that it has opened, wherever they are moved and even when
// they are deleted, while everybody who opens the store later gets what is at the path by then.
// Rows would go where nobody looks for them, or two logs would be written for one store. And
// whoever empties files, as some rotations of logs do, takes the ground from under everybody who
// has them open.
#pragma once

#include <sys/types.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "storage/database.hpp"
#include "storage/unshared.hpp"

namespace edo::storage {

// Belongs to the thread that the connection belongs to.
class Place {
 public:
  enum class State {
    unchanged,
    store_left,  // the store was moved, replaced or deleted
    log_left,    // its -wal or -shm file was
    store_cut,   // the store was made empty
    log_cut,     // its -wal file was cut, so that what is not in the store yet is gone
  };

  // `database`, which must outlive it, is in WAL mode and has been read from.
  explicit Place(Database& database);

  // Costs four system calls, as long as nothing is added to the store's folder or taken away. An
  // index that was cut, at which this process would die, is made whole again: SQLite fills it anew
  // from the log.
  [[nodiscard]] State look_now();
  // The same before each commit: now and then, and what was found the last time in between. Who
  // waits for files to be moved is told of it by inotify.
  [[nodiscard]] State look();

  // Whether a look has done that since it was asked last.
  [[nodiscard]] bool mended_index() noexcept { return std::exchange(mended_index_, false); }

  // Whether the log is shorter than what has been written to it. To be asked again before anything
  // is done about it.
  [[nodiscard]] bool is_log_cut();

  // Moves the store to `path` with what there is of its log. False, with nothing done, if another
  // one is at its path by now.
  bool set_aside(const std::string& path) noexcept;

  // Removes the store, if it is still the empty file that was seen at its path.
  void remove_empty_store() noexcept;

  // Whether somebody has begun another log beside a store whose log was removed.
  [[nodiscard]] bool has_other_log() const;

  // Takes the files of this connection's log away from the paths where the next one would take them
  // for its own; what is there and belongs to another file stays. With `keep` they get that suffix.
  void remove_log(const std::string& keep = {}) noexcept;

 private:
  struct FileId {
    dev_t device = 0;
    ino_t inode = 0;  // 0: no such file
    bool operator==(const FileId&) const = default;
  };
  // What of a folder changes when a file in it is made, renamed or removed.
  struct Folder {
    FileId id;
    timespec changed{};
  };

  // One of the files, by a descriptor that nothing can be done with, and so takes no locks away.
  struct File {
    Unshared descriptor;
    off_t size = 0;  // at the last look

    explicit File(const std::string& path) noexcept;
    [[nodiscard]] off_t size_now() const noexcept;
  };

  [[nodiscard]] static FileId id_at(const std::string& path) noexcept;
  [[nodiscard]] Folder folder() const noexcept;
  [[nodiscard]] State look_at_folder();
  [[nodiscard]] State look_at_files();
  [[nodiscard]] State look_at_sizes();

  Database& database_;
  const std::uint64_t page_bytes_;
  const std::string folder_path_;
  const std::string log_path_;
  const std::string index_path_;
  const FileId log_;
  const FileId index_;
  const FileId store_;
  File store_file_;
  File log_file_;
  File index_file_;
  bool mended_index_ = false;
  Folder settled_;  // when the files were looked at, unless it may change unseen
  std::chrono::steady_clock::time_point looked_at_{};
  std::chrono::steady_clock::time_point files_looked_at_{};
  State state_ = State::unchanged;  // at the last look
};

// Keeps recorders in other processes from opening a store in this folder while one leaves it, so
// that none begins a log beside a file that another still writes the end of an older one into, or
// that a program moves. It is not waited for without end, and gone with its process.
//
// Who writes a log into its store holds it shared meanwhile: a log that nobody sees any more must
// not be written into a store that has another one by then.
class FolderLock {
 public:
  static constexpr std::chrono::milliseconds kPatience{1000};
  enum class Hold { exclusive, shared };

  explicit FolderLock(const std::string& store, std::chrono::milliseconds patience = kPatience,
                      Hold hold = Hold::exclusive) noexcept;

  // False if somebody else has it for longer than the patience, or the folder cannot be opened.
  [[nodiscard]] bool held() const noexcept { return held_; }

 private:
  Unshared folder_;
  bool held_ = false;
};

// Waits, but not for long, until nothing is moved in or out of the store's folder any more: a store
// is three files, which nobody moves at once.
void wait_until_settled(const std::string& store);

}  // namespace edo::storage
