// Refuses stores, and files beside them, that another user may have put there to read or to change
// what is recorded. In a folder that only its owner may write to, every file is trusted.
#pragma once

#include <string>

namespace edo::storage {

// Throws Error (invalid_argument), with the remedy, if `path`
// - is a link that another user made in a folder that everybody may write to;
// - is a store of another user in such a folder, and is opened for writing. Root may write to an
//   existing one, as a replicator does, but not if it `records`; members of a group may write to a
//   store that the group may write to;
// - has a file beside it that open_side_file() refuses: one of SQLite's, or, for writing, of ours.
// The owner of the folder is trusted. Throws nothing if there is no store.
void refuse_foreign(const std::string& path, bool writes, bool records);

// Where a link that leads nowhere leads to; `path` itself if it is none. What is made there is made
// where its maker wants it.
[[nodiscard]] std::string without_links(const std::string& path);

}  // namespace edo::storage
