// Runs cycles over all stores until a stop request.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "replicator/ship/cycle.hpp"

namespace edo::shipping {

struct LoopOptions {
  // Files, folders and patterns (fleet.hpp), which are expanded again before each pass over the
  // stores.
  std::vector<std::string> stores;
  std::chrono::milliseconds interval{5000};    // between two passes, a tenth more or less at random
  std::chrono::milliseconds heartbeat{60000};  // how often an idle store sends a heartbeat
  std::chrono::milliseconds retry_delay{1000};  // the first backoff at most
  // Retries after a failure of one store, or of the sink, before the loop gives up; nothing: no
  // limit.
  std::optional<int> retry_attempts;
  // The loop calls on_alive at least this often while it pauses.
  std::chrono::milliseconds longest_pause = std::chrono::milliseconds::max();
  CycleOptions cycle;  // without on_progress, which is an event of the loop
};

struct LoopEvents {
  std::function<void(const Progress&)> on_progress;  // after each batch
  // Also before on_error, with what the failed cycle did; it is not finished then.
  std::function<void(const std::string& store, const Progress&)> on_cycle;
  std::function<void(const std::string& store, const HealingStep&)> on_healing;
  // `subject` is a store, or empty if the sink cannot be prepared. The next attempt comes after
  // `pause`.
  std::function<void(const std::string& subject, const Error&, std::chrono::milliseconds pause)>
      on_error;
  std::function<void()> on_alive;  // after each store, and during pauses
};

// Each failing store waits for its own backoff, so that the others continue. While the sink cannot
// be prepared, all wait. Returns on a stop or reload request. Throws the last Error when
// retry_attempts are used up.
void ship_continuously(const LoopOptions& options, sinks::Sink& sink, const LoopEvents& events,
                       const Stop& stop);

}  // namespace edo::shipping
