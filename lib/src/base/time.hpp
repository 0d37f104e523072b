// Points in time as the store writes them: microseconds since the Unix epoch in memory,
// "YYYY-MM-DDTHH:MM:SS.ffffffZ" (UTC, years 0001 to 9999) as text, which sorts as time does.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edo::base {

using Micros = std::int64_t;

// The same as the public interface has it.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
[[nodiscard]] constexpr Timestamp timestamp(Micros time) noexcept {
  return Timestamp(std::chrono::microseconds(time));
}

// Where time comes from, so that tests can own it.
class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since the Unix epoch; may step when somebody sets the clock.
  [[nodiscard]] virtual Micros now() const = 0;
  // Microseconds since some fixed point; never steps. For durations.
  [[nodiscard]] virtual Micros steady() const = 0;

  // The machine's own clock.
  [[nodiscard]] static const Clock& system();
};

// Years outside 0001 to 9999 are clamped.
[[nodiscard]] std::string format_timestamp(Micros time);

// Reads ISO 8601 and PostgreSQL's own form: date, 'T' or a space, time with up to nine digits of
// fraction (rounded down to microseconds), then nothing, 'Z' or an offset such as +02, +0200 or
// +02:00. No offset means UTC. Nothing else is a time.
[[nodiscard]] std::optional<Micros> parse_timestamp(std::string_view text) noexcept;

// Reads a duration such as "90s", "15m", "1h", "30d", "2w", "500ms" or a sum like "1h30m".
[[nodiscard]] std::optional<Micros> parse_duration(std::string_view text) noexcept;

}  // namespace edo::base
