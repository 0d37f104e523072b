// Recorded text, times and durations as a person reads them. Telemetry holds whatever hosts have
// logged, so nothing of it reaches a terminal without passing through printable().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace edo::cli {

// Control characters, which could rewrite the screen, and those that reverse the direction of
// writing become visible escapes such as \n, \x1b and \u202e; bytes that are not UTF-8 become
// U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

// Columns that printable text takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text);

// The text, or as much of it as fits into `columns` together with the ellipsis.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t columns,
                                  std::string_view ellipsis);

// Without the line ends; at least one, and none that is empty at the end.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// "0 ms", "1.24 s", "3m 12s", "2h 05m", "4d 3h".
[[nodiscard]] std::string duration_text(std::int64_t milliseconds);

// Local time: "2026-10-18 14:03:22".
[[nodiscard]] std::string local_time(base::Micros time);

// With milliseconds and the offset from UTC: "2026-10-18 14:03:22.123 +0200".
[[nodiscard]] std::string exact_local_time(base::Micros time);

// "12s ago", "5m ago", "3h ago"; local time for what is older than a day or in the future.
[[nodiscard]] std::string age_text(base::Micros time, base::Micros now);

}  // namespace edo::cli
