// Stores, and files beside them, that another user may have put there to read or to change what is
// recorded. Where only the owner of a folder may write to it, all in it is as he wants it.
#pragma once

#include <string>

namespace edo::storage {

// Throws Error (invalid_argument), with the remedy, if `path`
// - is a link that another user made in a folder that everybody may write to;
// - is a store of another user in such a folder, and is to be written to. Root may write to one
// that
//   is there, as a replicator does, but `records` into none; and a store that a group may write to
//   is for all of that group;
// - has a file beside it that open_beside() would not have: SQLite's own, and for whoever writes
//   ours as well.
// The owner of the folder counts as one who may be trusted. Throws nothing where there is no store.
void refuse_foreign(const std::string& path, bool writes, bool records);

// Where a link that leads nowhere leads to; `path` itself if it is none. What is made there is made
// where its maker wants it.
[[nodiscard]] std::string without_links(const std::string& path);

}  // namespace edo::storage
