#include "cli/since.hpp"

#include <fmt/format.h>

#include "cli/command.hpp"

namespace edo::cli {

base::Micros time_meant(const std::string& option, const std::string& value, base::Micros now) {
  if (const auto span = base::parse_duration(value)) return now - *span;
  if (const auto time = base::parse_timestamp(value)) return *time;
  if (const auto day = base::parse_timestamp(value + "T00:00:00Z")) return *day;
  throw UsageError(
      fmt::format("{} '{}' is neither a span such as 90s, 15m or 1h30m nor a time such as "
                  "2026-10-18T09:30:00Z",
                  option, value));
}

}  // namespace edo::cli
