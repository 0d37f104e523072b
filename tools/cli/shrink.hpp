// Makes a store file shorter while hosts record into it.
#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace edo::cli {

// Gives back what is free beyond `keep` bytes, in steps that hosts do not feel, with a progress
// bar. Returns how many bytes the file has lost; 0 for a file that cannot shrink in steps. Throws
// Error.
std::uint64_t shrink(storage::Database& database, std::uint64_t keep, bool unicode);

}  // namespace edo::cli
