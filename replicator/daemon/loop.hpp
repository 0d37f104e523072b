// The daemon: cycles over all stores, again and again, until told to stop.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "replicator/daemon/cycle.hpp"

namespace edo::daemon {

struct LoopOptions {
  // Files, folders and patterns (see fleet.hpp), looked at again before each round.
  std::vector<std::string> stores;
  std::chrono::milliseconds interval{5000};    // between two rounds, a tenth more or less at random
  std::chrono::milliseconds heartbeat{60000};  // how often an idle store says that it is there
  std::chrono::milliseconds retry_delay{1000};  // the first pause after a failure, at most
  // Failures in a row, of one store or of the other side, after which to give up; nothing: never.
  std::optional<int> retry_attempts;
  CycleOptions cycle;  // without on_progress, which is an event of the loop
};

struct LoopEvents {
  std::function<void(const Progress&)> on_progress;  // after each batch
  // Also with what a cycle did before the error that on_error tells next; it is not finished then.
  std::function<void(const std::string& store, const Progress&)> on_cycle;
  std::function<void(const std::string& store, const HealingStep&)> on_healing;
  // `subject` is a store, or empty if the other side itself is not fit; the next try comes after
  // `pause`.
  std::function<void(const std::string& subject, const Error&, std::chrono::milliseconds pause)>
      on_error;
};

// Each store that fails waits for its own backoff, so that the others go on; while the sink cannot
// be prepared, all wait. Returns when told to stop or to reload. Throws Error: the last failure
// when retry_attempts are used up.
void ship_for_ever(const LoopOptions& options, sinks::Sink& sink, const LoopEvents& events,
                   const Stop& stop);

}  // namespace edo::daemon
