// Ends the statements of a connection after a time limit.
#pragma once

#include <sqlite3.h>

#include <chrono>

namespace edo::query {

class TimeLimit {
 public:
  // They fail with SQLITE_INTERRUPT from then on.
  TimeLimit(sqlite3* connection, std::chrono::milliseconds limit)
      : connection_(connection), deadline_(Clock::now() + limit) {
    constexpr int kInstructionsBetweenLooks = 10'000;
    sqlite3_progress_handler(
        connection_, kInstructionsBetweenLooks,
        [](void* self) { return static_cast<int>(static_cast<TimeLimit*>(self)->passed()); }, this);
  }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit() { sqlite3_progress_handler(connection_, 0, nullptr, nullptr); }

  [[nodiscard]] bool passed() const { return Clock::now() >= deadline_; }

 private:
  using Clock = std::chrono::steady_clock;

  sqlite3* connection_;
  Clock::time_point deadline_;
};

}  // namespace edo::query
