// The daemon: cycles over all stores, again and again, until told to stop.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "replicator/daemon/cycle.hpp"

namespace edo::daemon {

struct LoopEvents {
  std::function<void(const std::string& store, const Progress&)> on_cycle;
  // `subject` is a store, or empty if the other side itself is not fit; the next try comes after
  // `pause`.
  std::function<void(const std::string& subject, const Error&, std::chrono::milliseconds pause)>
      on_error;
};

// Each store that fails waits for its own backoff, so that the others go on; while the sink cannot
// be prepared, all wait. Returns when told to stop. Throws only what prepare() throws at the very
// first try and what trying again cannot cure, since then somebody is looking.
void ship_for_ever(const std::vector<std::string>& stores, sinks::Sink& sink,
                   std::chrono::milliseconds interval, const CycleOptions& options,
                   const LoopEvents& events, const Stop& stop);

}  // namespace edo::daemon
