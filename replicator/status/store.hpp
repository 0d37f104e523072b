// How far behind a store is, as the store itself tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "storage/store.hpp"
#include "tables/healing.hpp"

namespace edo::status {

struct StoreStatus {
  storage::StoreInfo info;
  std::int64_t pending_changes = 0;
  std::int64_t pending_rows = 0;
  std::int64_t pending_bytes = 0;              // estimated from the oldest ones
  std::optional<base::Micros> oldest_pending;  // age of the oldest change that is not shipped
  std::int64_t watermark = 0;                  // the highest seq that has been acknowledged
  std::int64_t newest = 0;                     // the highest seq there is
  // Rows that are being sent again, and those that could not be.
  std::optional<tables::Healing> healing;
  std::optional<tables::Lost> lost;
  std::int64_t store_bytes = 0;
  std::int64_t wal_bytes = 0;
};

// Reads all pending outbox lines, and nothing else that grows. Throws Error.
[[nodiscard]] StoreStatus read_store(const std::string& path);

// 0 if there is no such file.
[[nodiscard]] std::int64_t file_size(const std::string& path);

}  // namespace edo::status
