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

#include "storage/database.hpp"
#include "storage/file_id.hpp"
#include "storage/unshared.hpp"

namespace edo::storage {

// Belongs to the thread that the connection belongs to.
class Place {
 public:
  enum class State {
    unchanged,
    store_left,  // the store was moved, replaced or deleted
    log_left,    // its -wal or -shm file was
    store_cut,   // the store was emptied
    log_cut,     // its -wal file was cut, so that what is not in the store yet is gone
    index_cut,   // its -shm file was; whatever SQLite does with this connection would end the
                 // process
  };

  // `database`, which must outlive it, is in WAL mode and has been read from.
  explicit Place(Database& database);

  // Costs one system call, as long as nothing is added to the store's folder or taken away. At the
  // sizes of the files it looks some times in a second.
  [[nodiscard]] State look();
  // Something could not be read or written, so the next look takes its time.
  void suspect() noexcept { suspected_ = true; }

  // Whether somebody has begun another log beside a store whose log was removed.
  [[nodiscard]] bool has_other_log() const;

  // Takes the files of this connection's log away from the paths where the next one would take them
  // for its own; what is there and belongs to another file stays. With `keep` they get that suffix.
  void remove_log(const std::string& keep = {}) noexcept;
  // The same for the index alone: the next one fills another from the log.
  void remove_index() noexcept;

  // Moves the store to `path` with what there is of its log; an empty one is removed. False if
  // there is nothing at `path` afterwards, since another store is at ours by now, or it was empty.
  bool set_aside(const std::string& path) noexcept;

 private:
  // What of a folder changes when a file in it is made, renamed or removed.
  struct Folder {
    FileId id;
    timespec changed{};
  };

  struct Extent {
    off_t size = 0;
    off_t allocated = 0;  // less than the size where the file has holes
  };
  // One of the files, by a descriptor that nothing can be done with, and so takes no locks away.
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
  // Whether somebody else has it.
  [[nodiscard]] bool is_taken() const noexcept { return is_taken_; }

 private:
  Unshared folder_;
  bool held_ = false;
  bool is_taken_ = false;
};

// Waits, but not for long, until nothing is moved in or out of the store's folder any more: a store
// is three files, which nobody moves at once.
void wait_until_settled(const std::string& store);

}  // namespace edo::storage
