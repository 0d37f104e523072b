// The files beside a store: SQLite's -wal and -shm, the reserve and the locks of writers.
#pragma once

#include <string>
#include <string_view>

namespace edo::storage {

// The path of the one with that suffix. SQLite follows links to the store, so this does as well.
[[nodiscard]] std::string beside(const std::string& store, std::string_view suffix);

// The folder that they are in, and what their names begin with.
[[nodiscard]] std::string folder_of(const std::string& store);
[[nodiscard]] std::string name_of(const std::string& store);

}  // namespace edo::storage
