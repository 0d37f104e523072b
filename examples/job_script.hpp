// What one run of a job will do and when, written down before it is played in simulated time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edo/recorder.hpp"
#include "examples/hasura_payload.hpp"
#include "examples/random.hpp"
#include "examples/timeline.hpp"

namespace edo::examples {

// A row that the job writes, and with it the event that this causes.
struct FollowUp {
  Micros offset = 0;   // since the start of the job
  Json payload;        // still without the job's tracking token
  Json order;          // the order that the chain is about, as far as it is known
  std::uint64_t seed;  // of the invocation
};

class JobScript {
 public:
  struct Line {
    Micros offset;
    LogLevel level;
    std::string message;
    std::string data;  // JSON, or empty
    std::int64_t line_number;
  };

  explicit JobScript(std::uint64_t seed) noexcept : random_(seed) {}

  // Moves the job's own time forward.
  void takes(std::int64_t median_ms, double spread = 0.5) {
    // Nothing ends in no time, what takes long also takes odd microseconds, and a client gives up
    // some day.
    offset_ += std::min(random_.around(median_ms * kMillisecond, spread), 16 * kSecond) +
               random_.between(50, 900);
  }
  void takes_exactly(Micros duration) { offset_ += duration; }

  void debug(std::string message, const Json& data = {}) { log(LogLevel::debug, message, data); }
  void info(std::string message, const Json& data = {}) { log(LogLevel::info, message, data); }
  void warn(std::string message, const Json& data = {}) { log(LogLevel::warn, message, data); }
  void error(std::string message, const Json& data = {}) { log(LogLevel::error, message, data); }

  // A job that ends does nothing after it.
  void complete(const Json& result = {}) { result_ = result.is_null() ? "" : result.dump(); }
  void fail(std::string message, std::string stack) {
    error_ = std::move(message);
    stack_ = std::move(stack);
  }

  void writes(Json payload, Json order) {
    follow_ups_.push_back({offset_, std::move(payload), std::move(order), random_.next()});
  }

  [[nodiscard]] Micros duration() const noexcept { return offset_; }
  [[nodiscard]] const std::vector<Line>& lines() const noexcept { return lines_; }
  [[nodiscard]] const std::vector<FollowUp>& follow_ups() const noexcept { return follow_ups_; }
  [[nodiscard]] const std::string& result() const noexcept { return result_; }
  [[nodiscard]] bool failed() const noexcept { return !error_.empty(); }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] const std::string& stack() const noexcept { return stack_; }

 private:
  void log(LogLevel level, std::string& message, const Json& data) {
    // Where in the job's file the line stands: further down for later lines.
    const auto line = static_cast<std::int64_t>(14 + 9 * lines_.size());
    lines_.push_back({offset_, level, std::move(message), data.is_null() ? "" : data.dump(), line});
  }

  Random random_;
  Micros offset_ = 0;
  std::vector<Line> lines_;
  std::vector<FollowUp> follow_ups_;
  std::string result_;
  std::string error_;
  std::string stack_;
};

}  // namespace edo::examples
