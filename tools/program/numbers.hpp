// Numbers as texts for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edo::cli {

// "12,345"
[[nodiscard]] std::string grouped(std::int64_t number);
// "1 batch", "12,345 batches"
[[nodiscard]] std::string counted(std::int64_t number, std::string_view one, std::string_view many);
// "1 row", "12,345 rows"
[[nodiscard]] std::string rows_text(std::int64_t rows);
// "3.4 MB"
[[nodiscard]] std::string bytes_text(double bytes);
// "5s", "3m 20s", "2d 4h"
[[nodiscard]] std::string coarse_duration_text(std::int64_t micros);

}  // namespace edo::cli
