// The wish to end, as a signal handler can express it and as poll(2) can wait for it.
#pragma once

#include <atomic>
#include <chrono>

namespace edo::daemon {

class Stop {
 public:
  Stop();
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  ~Stop();

  // Safe in a signal handler and in any thread.
  void request() noexcept;
  [[nodiscard]] bool requested() const noexcept { return requested_.load(); }
  // Whether that was at least `span` ago.
  [[nodiscard]] bool requested_for(std::chrono::milliseconds span) const noexcept {
    return requested() && std::chrono::steady_clock::now() - requested_at_.load() >= span;
  }

  // Readable once requested, for ever after.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  // Waits for `span`, less if asked to end or to reload; true if asked to end.
  bool wait_for(std::chrono::milliseconds span) const noexcept;

  // The wish to begin again with a new configuration. Safe in a signal handler.
  void request_reload() noexcept;
  [[nodiscard]] bool reload_requested() const noexcept { return reload_.load(); }
  void reloaded() noexcept;

 private:
  int descriptor_;
  int reload_descriptor_;  // readable while a reload is wished for
  std::atomic<bool> requested_{false};
  std::atomic<std::chrono::steady_clock::time_point> requested_at_{};
  std::atomic<bool> reload_{false};
};

// Makes SIGTERM and SIGINT ask for the end. `stop` must outlive the process's use of signals; a
// second signal ends the process at once.
void stop_on_signals(Stop& stop);
// Makes SIGHUP ask for a reload, in a process that stop_on_signals() was called in.
void reload_on_hangup();

}  // namespace edo::daemon
