// Makes a store file shorter while hosts record into it.
#pragma once

#include <cstdint>

#include "storage/database.hpp"
#include "tools/program/output.hpp"

namespace edo::cli {

// Returns free space beyond `keep` bytes to the file system, in short steps that do not disturb
// hosts, with a progress bar. Returns by how many bytes the file became shorter; 0 if it cannot
// shrink in steps. Throws Error.
std::uint64_t shrink(storage::Database& database, std::uint64_t keep, Output& out);

}  // namespace edo::cli
