// The log of a store and its index, which all connections to the store must share.
#pragma once

#include <string>

#include "storage/file_id.hpp"
#include "storage/open_files.hpp"

namespace edo::storage {

// The suffix of an unfinished copy, followed by the id of the process that makes it.
inline constexpr const char* kRescueDraft = "-rescuing-";

struct LogFiles {
  FileId log;
  FileId index;
  bool operator==(const LogFiles&) const = default;

  [[nodiscard]] static LogFiles of(const std::string& store);
};

// What prevents opening a store at its path.
enum class LogState {
  free,
  // One of its files was removed while other processes have the store open. A new one would be
  // begun, and two logs, or two indexes of one log, cannot be joined.
  lost,
  // It belongs to a store that was replaced by the one at the path. Recorders that have the old
  // store open are about to leave it and remove the log.
  others,
  // The same, but no process has it open.
  left_by_others,
};

// `file` is the store's.
[[nodiscard]] LogState state_of_log(const std::string& store, const OpenFile& file);

// If this log is the one at the path of this store: notes in an attribute of the file which store
// it belongs to. A copy of the file does not have it.
void mark_log(const std::string& path, const FileId& store, const FileId& log) noexcept;

// The inode of the store that this log belongs to; 0 if that is not known.
[[nodiscard]] ino_t marked_store(const std::string& log) noexcept;

// Removes the files of a new log that was begun in vain, if they differ from `before`: the next
// process would mistake them for the ones that others have open.
void forget_begun_log(const std::string& store, const LogFiles& before) noexcept;

// Renames a log that does not belong to the store at this path: SQLite would delete it, or write it
// into that store. Returns the new name; empty if the log was empty or has been replaced.
[[nodiscard]] std::string set_log_aside(const std::string& store, const FileId& log);

// Replaces a log that was removed from others by a copy. What these write from now on is not in the
// copy. Throws Error (io, full).
void replace_lost_log(const std::string& store);

}  // namespace edo::storage
