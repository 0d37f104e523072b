// The figures of edo stats.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "storage/database.hpp"

namespace edo::cli {

// How many of one kind started, and their outcomes.
struct Group {
  std::string name;
  std::int64_t total = 0;
  std::int64_t completed = 0;
  std::int64_t running = 0;
  std::optional<double> p50;  // milliseconds
  std::optional<double> p95;
  std::optional<double> p99;

  [[nodiscard]] std::int64_t failed() const { return total - completed - running; }
  // In percent of those that have ended.
  [[nodiscard]] std::optional<double> success_rate() const;
};

// Failures that share the first line of their message.
struct Failure {
  std::string what;  // job, event or invocation
  std::string name;
  std::string message;
  std::int64_t count = 0;
  std::string last_at;  // timestamp
};

struct Figures {
  Group all;  // invocations
  std::vector<Group> functions;
  std::vector<Group> jobs;
  std::vector<Failure> failures;  // the most frequent
  std::int64_t store_bytes = 0;
  std::int64_t used_bytes = 0;
  std::int64_t wal_bytes = 0;
  std::int64_t watermark = 0;
  std::int64_t pending = 0;            // pending changes
  std::optional<base::Micros> oldest;  // age of the oldest of them
};

struct FiguresOptions {
  base::Micros since = 0;    // counts invocations that started at this time or later
  std::string function;      // only invocations of this function; empty: all
  std::size_t failures = 0;  // how many groups of failures
};

// Reads all figures in one snapshot. Throws Error.
[[nodiscard]] Figures read_figures(storage::Database& database, const FiguresOptions& options);

}  // namespace edo::cli
