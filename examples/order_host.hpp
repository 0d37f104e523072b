// The sample host: a small web shop whose functions handle Hasura events, recorded as they run. It
// lives through one day, ending now, in simulated time, so that it takes seconds and never sleeps;
// or it lives on from now, in slow motion, for people to watch.
//
// One seed gives the same day: the same counts, statuses and durations. Only ids and the dates
// differ from run to run.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace edo::examples {

struct DemoOptions {
  std::string store;
  std::size_t invocations = 200;
  std::uint64_t seed = 1;
  // Called in the calling thread after each invocation that has ended, with how many have.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
  // Makes the host live on from now, instead of `invocations` in a day that is over. Called in the
  // calling thread to let so much time pass; true ends the host, and what runs then has failed.
  std::function<bool(std::chrono::milliseconds)> wait = {};
};

// What was recorded, in rows.
struct DemoSummary {
  std::size_t invocations = 0;
  std::size_t events = 0;
  std::size_t jobs = 0;
  std::size_t logs = 0;
  std::size_t failed_invocations = 0;  // failed or timed out
  std::string failed_invocation_id;    // one worth looking at; empty if none has failed
};

// Records into the store, making it if needed. Throws edo::Error when it cannot be opened, or when
// a call could not be stored.
[[nodiscard]] DemoSummary run_order_host(const DemoOptions& options);

}  // namespace edo::examples
