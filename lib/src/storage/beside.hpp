// The files beside a store: SQLite's -wal and -shm, the reserve, and the locks of writers and of
// replicators. In a folder that others may write to, somebody else can have put one there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edo::storage {

// The path of the one with that suffix. SQLite follows links to the store, so this does as well.
[[nodiscard]] std::string beside(const std::string& store, std::string_view suffix);

// The folder that they are in, and what their names begin with.
[[nodiscard]] std::string folder_of(const std::string& store);
[[nodiscard]] std::string name_of(const std::string& store);

// Opens the one with that suffix as SQLite opens its own: never through a link, never waiting, and
// only a regular file. Where others may write to the folder it may have no other name, and must
// belong to this user, the store's owner, root, or the group that may write to the store. One that
// is made (O_CREAT) gets the mode of the store (0600 where there is none), its group and, from
// root, its owner. O_TRUNC is not to be among the flags. Returns -1 and errno; EPERM says that
// not_ours() knows the reason.
[[nodiscard]] int open_beside(const std::string& store, std::string_view suffix,
                              int flags) noexcept;

// What the file with that suffix is, if open_beside() would not have it: "is a symbolic link".
// Nothing if there is none, or it is as it should be.
[[nodiscard]] std::optional<std::string> not_ours(const std::string& store,
                                                  std::string_view suffix);

}  // namespace edo::storage
