// What edo stats counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "storage/database.hpp"

namespace edo::cli {

// What was started, and what became of it.
struct Group {
  std::string name;
  std::int64_t total = 0;
  std::int64_t completed = 0;
  std::int64_t running = 0;
  std::optional<double> p50;  // milliseconds
  std::optional<double> p95;
  std::optional<double> p99;

  [[nodiscard]] std::int64_t failed() const { return total - completed - running; }
  // In percent of what has ended.
  [[nodiscard]] std::optional<double> success_rate() const;
};

// Failures with one first line of their message.
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
  std::int64_t pending = 0;            // changes that wait to be shipped
  std::optional<base::Micros> oldest;  // how long the oldest of them has waited
};

struct FiguresWish {
  base::Micros since = 0;    // of what was started then or later
  std::string function;      // and under invocations of this one; empty: of all
  std::size_t failures = 0;  // how many of them
};

// All at one moment. Throws Error.
[[nodiscard]] Figures read_figures(storage::Database& database, const FiguresWish& wish);

}  // namespace edo::cli
