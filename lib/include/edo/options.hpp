// How a recorder behaves. Names are those of the JavaScript options, in snake_case.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "edo/error.hpp"

namespace edo {

enum class Durability {
  process,  // what was recorded survives the death of the process (SQLite synchronous=NORMAL)
  power,    // and the loss of power: every call waits for the disk (synchronous=FULL)
};

enum class WhenFull {
  keep_newest,  // delete the oldest trees that have been shipped; never one that has not been
  refuse,       // keep what is there and give up new calls
};

// Whether the host itself ships, for which it must be linked with libedo-shipper (edo/shipper.hpp).
enum class Replicate {
  off,         // something else ships, such as edo-replicator from cron
  on_end,      // ship what is pending when an invocation ends
  background,  // ship all the time
};

enum class Via {
  direct,  // into the tables of the centre
  inbox,   // as compressed batches into its inbox, for edo-replicator apply to take
};

// Where the telemetry goes in the end, and how the host ships it there. A recorder that does not
// ship only checks it, and tells on_error of what says how to ship.
struct Centre {
  std::string connection_string = {};  // a libpq URL or keyword string; wins over the single fields
  std::string host = {};
  int port = 5432;
  std::string database = {};
  std::string user = {};
  std::string password = {};
  std::string ssl_mode = {};  // libpq's sslmode; empty: libpq's default
  std::string schema = "event_detector_observability";
  Replicate replicate = Replicate::off;
  Via via = Via::direct;
  std::size_t batch_size = 5000;                   // rows in one batch
  std::chrono::milliseconds flush_interval{5000};  // pause between ships
  int retry_attempts = -1;                         // after a ship that failed; -1: for ever
  std::chrono::milliseconds retry_delay{1000};     // bound of the first pause; it doubles each time
};

struct Options {
  // False makes every call a cheap no-op and opens no file.
  bool enabled = true;
  // The store file; made (mode 0600) if it does not exist.
  std::string store = "telemetry.db";
  // What people call this place; stored when the file is made. Empty: the host's name.
  std::string host_label = {};
  Durability durability = Durability::process;

  // What is stored at all.
  bool capture_console_log = true;
  bool capture_job_options = true;
  bool capture_hasura_payload = true;
  bool capture_error_stacks = true;
  // Key names, or JSON pointers where they begin with '/', whose values never reach the disk: in
  // payloads, context, options, results and structured log data.
  std::vector<std::string> redact = {};
  // The same for keys that are usually names of secrets, such as "password", "access_token" and
  // "x-api-key"; the rule is in docs/host-cpp.md.
  bool redact_secrets = true;
  // Bytes of one JSON document or text; larger JSON is replaced by a marker with its first part.
  std::size_t max_json_size = std::size_t{1} << 20;

  // How long a call may wait for another process that is writing. Then it is queued in memory.
  std::chrono::milliseconds busy_timeout{250};
  // How long a call may wait in memory for others to share a commit with, which spares the disk.
  // What waits is committed at once when no invocation runs any more. 0: every call is committed
  // when it returns. A process that is killed loses what waits.
  std::chrono::milliseconds commit_within{0};
  // Bytes of calls that wait in memory while the store cannot take them. Beyond it calls are
  // dropped, counted and reported.
  std::size_t max_queue_bytes = std::size_t{16} << 20;
  // Bytes of the store file; 0: no bound but the disk's, of which it leaves 2 MB.
  std::uint64_t max_store_bytes = 0;
  WhenFull when_full = WhenFull::keep_newest;
  // Bytes of the -wal file at which calls wait for the thread that empties it, each no longer than
  // busy_timeout. Less where the disk has little room.
  std::uint64_t max_wal_bytes = std::uint64_t{32} << 20;

  Centre centre = {};

  // Where the time comes from, in microseconds since the Unix epoch, for simulations and tests;
  // called from any thread that records, and until close() has done all its work. Empty: the
  // system's clock.
  std::function<std::int64_t()> clock = {};
  // Called, from any thread that records and from the recorder's own, with what went wrong and was
  // not thrown. It may fork, but must not throw or call the recorder: what it records is dropped
  // and counted. That holds for signal handlers as well.
  std::function<void(const Error&)> on_error = {};
};

}  // namespace edo
