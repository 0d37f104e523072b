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

  // Readable once requested, for ever after.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  // Waits for `span`, less if asked to end; true if asked to end.
  bool wait_for(std::chrono::milliseconds span) const noexcept;

 private:
  int descriptor_;
  std::atomic<bool> requested_{false};
};

// Makes SIGTERM and SIGINT ask for the end. `stop` must outlive the process's use of signals; a
// second signal ends the process at once.
void stop_on_signals(Stop& stop);

}  // namespace edo::daemon
