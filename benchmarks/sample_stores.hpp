// Stores with realistic rows: one day of the sample host (examples/order_host.hpp), and further
// days that are the same but for ids and dates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace edo::bench {

// Makes a store that the sample host has recorded into: some 18 rows for each invocation, and
// nothing of it shipped.
void record_day(const std::string& path, std::size_t invocations);

// Makes a store of its own with that day `days` times, each later than the one before. The outbox
// names the rows in the order in which the host wrote them.
void repeat_day(const std::string& day, const std::string& path, int days);

// Writes every row again as it is, so that all are to be shipped as changed.
void touch_all(const std::string& path);

[[nodiscard]] std::int64_t count_rows(const std::string& path);

}  // namespace edo::bench
