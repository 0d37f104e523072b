// Recorded text, times and durations for people. Telemetry may contain anything, so all of it
// passes through printable() before it reaches a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace edo::cli {

// Turns control characters, which could rewrite the screen, and characters that reverse the
// direction of writing into visible escapes such as \n, \x1b and \u202e. Bytes that are not UTF-8
// become U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

// printable() on one line: line ends and tabs become spaces.
[[nodiscard]] std::string one_line(std::string_view text);

// The width of printable text in columns of a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text);

// The text, or as much of it as fits into `columns` together with the ellipsis.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t columns,
                                  std::string_view ellipsis);

// The text, or as much of its end as fits into `columns` together with the ellipsis: the end of a
// path says more than its beginning.
[[nodiscard]] std::string shorten_front(std::string_view text, std::size_t columns,
                                        std::string_view ellipsis);

// The lines without their ends: at least one line, and no empty last line.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// "0 ms", "1.24 s", "3m 12s", "2h 05m", "4d 3h".
[[nodiscard]] std::string duration_text(std::int64_t milliseconds);

// Local time: "2026-10-18 14:03:22".
[[nodiscard]] std::string local_time(base::Micros time);

// With milliseconds and the offset from UTC: "2026-10-18 14:03:22.123 +0200".
[[nodiscard]] std::string exact_local_time(base::Micros time);

// "12s ago", "5m ago", "3h ago"; local time if it is older than a day or in the future.
[[nodiscard]] std::string age_text(base::Micros time, base::Micros now);

}  // namespace edo::cli
