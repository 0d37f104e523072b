#include "replicator/daemon/loop.hpp"

#include "replicator/daemon/backoff.hpp"

namespace edo::daemon {
namespace {

using std::chrono::steady_clock;

struct Waiting {
  std::string path;
  Backoff backoff;
  steady_clock::time_point not_before{};
};

void cycle(Waiting& store, sinks::Sink& sink, const CycleOptions& options, const LoopEvents& events,
           const Stop& stop) {
  if (steady_clock::now() < store.not_before) return;
  try {
    const Progress progress = ship_store(store.path, sink, options, stop);
    store.backoff.reset();
    if (events.on_cycle) events.on_cycle(store.path, progress);
  } catch (const Error& error) {
    if (stop.requested()) return;
    const auto pause = store.backoff.next();
    store.not_before = steady_clock::now() + pause;
    if (events.on_error) events.on_error(store.path, error, pause);
  }
}

}  // namespace

void ship_for_ever(const std::vector<std::string>& stores, sinks::Sink& sink,
                   std::chrono::milliseconds interval, const CycleOptions& options,
                   const LoopEvents& events, const Stop& stop) {
  std::vector<Waiting> all;
  for (const auto& path : stores) all.push_back({path, Backoff(), {}});
  Backoff backoff;
  bool ever_ready = false;
  while (!stop.requested()) {
    try {
      sink.prepare();
      backoff.reset();
      ever_ready = true;
    } catch (const Error& error) {
      if (stop.requested()) return;
      if (!ever_ready && !error.is_retryable()) throw;
      const auto pause = backoff.next();
      if (events.on_error) events.on_error({}, error, pause);
      (void)stop.wait_for(pause);
      continue;
    }
    for (auto& store : all) {
      if (stop.requested()) return;
      cycle(store, sink, options, events, stop);
    }
    (void)stop.wait_for(interval);
  }
}

}  // namespace edo::daemon
