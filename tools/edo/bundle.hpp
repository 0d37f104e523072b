// A bundle: a small store with one invocation, which a person can send to another.
#pragma once

#include <cstdint>
#include <string>

#include "storage/database.hpp"

namespace edo::cli {

struct Bundle {
  std::int64_t invocations = 0;
  std::int64_t rows = 0;  // of all tables
};

// Writes the store `to` with the invocation, those whose jobs led to it and those that its jobs
// triggered, and all of their rows. Hosts continue to record into the store that it comes from.
// Throws Error, also (invalid_argument) if a file exists there or the invocation does not.
Bundle write_bundle(storage::Database& from, const std::string& invocation, const std::string& to);

}  // namespace edo::cli
