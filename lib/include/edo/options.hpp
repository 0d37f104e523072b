// How a recorder behaves. Names are those of the JavaScript options, in snake_case.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "edo/error.hpp"

namespace edo {

enum class Durability {
  process,  // what was recorded survives the death of the process (SQLite synchronous=NORMAL)
  power,    // and the loss of power: every call waits for the disk (synchronous=FULL)
};

struct Options {
  // False makes every call a cheap no-op and opens no file.
  bool enabled = true;
  // The store file; made (mode 0600) if it does not exist.
  std::string store = "telemetry.db";
  // What people call this place; stored when the file is made. Empty: the host's name.
  std::string host_label;
  Durability durability = Durability::process;
  // How long a call may wait for another process that is writing. Then it is queued in memory.
  std::chrono::milliseconds busy_timeout{250};
  // Whether job options, payloads and stacks are stored at all.
  bool capture_job_options = true;
  bool capture_hasura_payload = true;
  bool capture_error_stacks = true;
  bool capture_console_log = true;
  // Bytes of one JSON document or text; larger JSON is replaced by a marker with its first part.
  std::size_t max_json_size = std::size_t{1} << 20;
  // Where the time comes from, in microseconds since the Unix epoch, for simulations and tests;
  // called from any thread that records. Empty: the system's clock.
  std::function<std::int64_t()> clock;
  // Called, from any thread that records, with what went wrong and was not thrown. Must not throw.
  std::function<void(const Error&)> on_error;
};

}  // namespace edo
