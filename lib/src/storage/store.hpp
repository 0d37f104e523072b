// A store file: a database that is ours, at the schema version of this program.
#pragma once

#include <string>

#include "storage/database.hpp"

namespace edo::storage {

// PRAGMA application_id of every store: "edo1". Never to change.
inline constexpr std::int64_t kApplicationId = 0x65646f31;

// Bytes of a label.
inline constexpr std::size_t kMaxLabel = 255;

struct StoreInfo {
  std::string store_id;    // UUID
  std::string host_label;  // fit for Postgres
  std::string created_at;
  std::int64_t schema_version = 0;
};

// Opens the store at `path`. With Access::create a missing or empty file becomes a new store
// called `host_label` (empty: the host's name). An older store is upgraded first, whatever the
// access. Throws what Database does, and corrupt (not a store) or schema_too_new.
[[nodiscard]] Database open_store(const std::string& path, const OpenOptions& options,
                                  const std::string& host_label = {});

// Opens the store at `path` without upgrading an older one. Throws the same.
[[nodiscard]] Database open_as_it_is(const std::string& path, const OpenOptions& options = {});

[[nodiscard]] StoreInfo store_info(Database& database);

}  // namespace edo::storage
