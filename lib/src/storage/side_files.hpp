// The files beside a store: SQLite's -wal and -shm, the reserve, and the locks of recorders and
// replicators. In a folder that other users may write to, another user can have created one of
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edo::storage {

// The path of the file with that suffix. Follows links to the store, as SQLite does.
[[nodiscard]] std::string side_file(const std::string& store, std::string_view suffix);

// Their folder, and the first part of their names.
[[nodiscard]] std::string folder_of(const std::string& store);
[[nodiscard]] std::string name_of(const std::string& store);

// Opens the file with that suffix as SQLite opens its own: never through a link, never waiting, and
// only a regular file. In a folder that other users may write to, it may have no other name, and
// must belong to this user, the store's owner, root, or the group that may write to the store. A
// new file (O_CREAT) gets the mode of the store (0600 if there is no store), its group and, from
// root, its owner. The flags must not contain O_TRUNC. Returns -1 and errno; with EPERM, not_ours()
// knows the reason.
[[nodiscard]] int open_side_file(const std::string& store, std::string_view suffix,
                                 int flags) noexcept;

// Why open_side_file() refuses the file with that suffix: "is a symbolic link". Nothing if it does
// not exist or is acceptable.
[[nodiscard]] std::optional<std::string> not_ours(const std::string& store,
                                                  std::string_view suffix);

}  // namespace edo::storage
