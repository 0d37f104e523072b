// The metrics of a replicator: plain values for each store and each target, and their text form for
// Prometheus.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "edo/error.hpp"
#include "replicator/metrics/prometheus.hpp"

namespace edo::metrics {

// Counters count from the start of the program.
struct StoreMetrics {
  std::uint64_t inserted_rows = 0;
  std::uint64_t updated_rows = 0;
  std::uint64_t unchanged_rows = 0;
  std::uint64_t inbox_rows = 0;    // in the central database's inbox
  std::uint64_t dead_letters = 0;  // rows that were refused
  std::uint64_t batches = 0;
  std::uint64_t raw_bytes = 0;   // of batches in memory
  std::uint64_t sent_bytes = 0;  // of batches as they were sent
  // As of the last measurement.
  std::uint64_t pending_changes = 0;
  double oldest_change_seconds = 0;  // age; 0: nothing is pending
  std::uint64_t wal_bytes = 0;
  std::uint64_t healing = 0;  // 1: acknowledged rows may be missing in the central database
  double last_success = 0;    // seconds since the Unix epoch; 0: not since the start
};

inline constexpr std::size_t kErrorKinds = static_cast<std::size_t>(ErrorKind::io) + 1;

struct TargetMetrics {
  std::array<std::uint64_t, kErrorKinds> errors{};  // by ErrorKind
  Histogram ship_seconds;                           // from sending a batch to its acknowledgement

  void count(const Error& error) noexcept { ++errors[static_cast<std::size_t>(error.kind())]; }
};

// Safe to use from several threads.
class Metrics {
 public:
  // Calls `change` with the values of one store, which are zero at first:
  //     metrics.store(path, [&](StoreMetrics& values) { ++values.batches; });
  template <typename Change>
  void store(const std::string& path, Change&& change) {
    const std::lock_guard lock(mutex_);
    change(stores_[path]);
  }
  // The same for the target of the batches. Give it a name without secrets, such as
  // Target::label().
  template <typename Change>
  void target(const std::string& label, Change&& change) {
    const std::lock_guard lock(mutex_);
    change(targets_[label]);
  }

  // Everything in the text format of Prometheus, version 0.0.4.
  [[nodiscard]] std::string render() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, StoreMetrics> stores_;
  std::map<std::string, TargetMetrics> targets_;
};

}  // namespace edo::metrics
