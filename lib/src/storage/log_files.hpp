// The log of a store and its index, which everybody who has the store open must share.
#pragma once

#include <string>

#include "storage/file_id.hpp"
#include "storage/open_files.hpp"

namespace edo::storage {

// A copy that is being made has a name that begins like this, with the id of the process behind it.
inline constexpr const char* kRescueDraft = "-rescuing-";

struct LogFiles {
  FileId log;
  FileId index;
  bool operator==(const LogFiles&) const = default;

  [[nodiscard]] static LogFiles of(const std::string& store);
};

// What stands in the way of opening a store at its path.
enum class LogState {
  free,
  // One of its files was removed while others have the store open. Another one would be begun, and
  // two logs, or two indexes of one, cannot be joined.
  lost,
  // It belongs to a store that was replaced by the one at the path. Those who have that open are
  // about to leave it, if they are recorders, and take it away.
  others,
  // The same, but nobody has it open.
  left_by_others,
};

// `file` is the store's.
[[nodiscard]] LogState state_of_log(const std::string& store, const OpenFile& file);

// Notes at the log, if it is the one at the path of this store, which store it belongs to. That is
// known as long as the file system keeps it, of this file and not of a copy.
void mark_log(const std::string& path, const FileId& store, const FileId& log) noexcept;

// The inode of the store that the log in this file belongs to; 0 if that is not known.
[[nodiscard]] ino_t marked_store(const std::string& log) noexcept;

// Removes files of a log that somebody has begun in vain, since they are others than `before`: the
// next one would take them for those that everybody has open.
void forget_begun_log(const std::string& store, const LogFiles& before) noexcept;

// Takes a log away that belongs to no store at this path: SQLite would delete it, or write it into
// the one that is there. Returns where it is kept; empty if there was nothing in it, or it is
// another one by now.
[[nodiscard]] std::string set_log_aside(const std::string& store, const FileId& log);

// Puts a copy in the place of a log that is lost to those who have it open: what they write from
// now on is not in it. Throws Error (io, full).
void replace_lost_log(const std::string& store);

}  // namespace edo::storage
