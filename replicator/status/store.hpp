// How far behind a store is, by the store alone.
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
  std::int64_t pending_bytes = 0;              // estimated from the oldest changes
  std::optional<base::Micros> oldest_pending;  // age of the oldest pending change
  std::int64_t watermark = 0;                  // the highest acknowledged sequence number
  std::int64_t newest = 0;                     // the highest sequence number
  // Rows that are being sent again, and rows that can no longer be.
  std::optional<tables::Healing> healing;
  std::optional<tables::Lost> lost;
  std::int64_t store_bytes = 0;
  std::int64_t wal_bytes = 0;
};

// Reads all pending outbox entries, and nothing else that grows. Throws Error.
[[nodiscard]] StoreStatus read_store(const std::string& path);

// 0 if there is no such file.
[[nodiscard]] std::int64_t file_size(const std::string& path);

}  // namespace edo::status
