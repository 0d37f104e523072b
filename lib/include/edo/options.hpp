/// @file
/// How a recorder behaves. Names are those of the JavaScript options, in snake_case.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "edo/error.hpp"

namespace edo {

/// A point in time with the resolution of the store.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

enum class Durability {
  process,  ///< recorded calls survive the death of the process (SQLite synchronous=NORMAL)
  power,    ///< and a power cut: every call waits for the disk (synchronous=FULL)
};

enum class WhenFull {
  keep_newest,  ///< delete the oldest invocations that were shipped, never others
  refuse,       ///< keep all rows and drop new calls
};

/// Whether the host itself ships. It must then be linked with libedo-shipper (edo/shipper.hpp).
enum class Replicate {
  off,         ///< something else ships, such as edo-replicator from cron
  on_end,      ///< ship what is pending when an invocation ends
  background,  ///< ship continuously
};

enum class Transport {
  direct,  ///< into the tables of the central database
  inbox,   ///< as compressed batches into its inbox, from which edo-replicator apply takes them
};

/// The central database, and how the host ships to it. A recorder that does not ship only checks
/// these options, and reports to on_error those that would have no effect.
struct CentralDatabase {
  std::string connection_string = {};  ///< a libpq URL or keywords; overrides the single fields
  std::string host = {};
  int port = 5432;
  std::string database = {};
  std::string user = {};
  std::string password = {};
  std::string ssl_mode = {};  ///< libpq's sslmode; empty: libpq's default
  std::string schema = "event_detector_observability";
  Replicate replicate = Replicate::off;
  Transport transport = Transport::direct;
  std::size_t batch_size = 5000;                   ///< rows in one batch
  std::chrono::milliseconds flush_interval{5000};  ///< pause between cycles
  int retry_attempts = -1;                         ///< after a failed cycle; -1: no limit
  std::chrono::milliseconds retry_delay{1000};     ///< the first backoff, or up to twice that
};

struct Options {
  /// False makes every call a cheap no-op and opens no file.
  bool enabled = true;
  /// The store file; created (mode 0600) if it does not exist.
  std::string store = "telemetry.db";
  /// The name that people give this store; stored when the file is created. Empty: the machine's
  /// name.
  std::string host_label = {};
  Durability durability = Durability::process;

  // What to store.
  bool capture_console_log = true;
  bool capture_job_options = true;
  bool capture_hasura_payload = true;
  bool capture_error_stacks = true;
  /// Key names, or JSON pointers where they begin with '/', whose values never reach the disk: in
  /// payloads, context, options, results and structured log data.
  std::vector<std::string> redact = {};
  /// Redacts the values of keys that usually hold secrets, such as "password", "access_token" and
  /// "x-api-key", too. docs/host-cpp.md has the rule.
  bool redact_secrets = true;
  /// Bytes of one JSON document or text at most. A marker with its first part replaces larger JSON.
  std::size_t max_json_size = std::size_t{1} << 20;

  /// How long a call may wait for another process that is writing. After that it is queued in
  /// memory.
  std::chrono::milliseconds busy_timeout{250};
  /// How long a call may wait in memory to share a commit with later calls, which spares the disk.
  /// When no invocation runs any more, waiting calls are committed at once. 0: every call is
  /// committed when it returns. A killed process loses its waiting calls.
  std::chrono::milliseconds commit_within{0};
  /// Bytes of queued calls, which wait in memory while the store cannot take them. Beyond it, calls
  /// are dropped, counted and reported.
  std::size_t max_queue_bytes = std::size_t{16} << 20;
  /// Bytes of the store file; 0: limited by the disk only, of which it leaves 2 MB free.
  std::uint64_t max_store_bytes = 0;
  WhenFull when_full = WhenFull::keep_newest;
  /// Bytes of the -wal file at which calls wait for the checkpoint, each no longer than
  /// busy_timeout. Less if the disk has little free space.
  std::uint64_t max_wal_bytes = std::uint64_t{32} << 20;

  CentralDatabase central_database = {};

  /// The clock, for simulations and tests. Any thread that records calls it, until close() has
  /// finished. Empty: the system's clock.
  std::function<Timestamp()> clock = {};
  /// Called for each failure that was not thrown, from any thread that records and from the
  /// recorder's own. It may fork, but must not throw or call the recorder: calls made in it are
  /// dropped and counted. The same holds for signal handlers.
  std::function<void(const Error&)> on_error = {};
};

}  // namespace edo
