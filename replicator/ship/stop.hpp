// A stop request that a signal handler can make and that poll(2) can wait for.
#pragma once

#include <atomic>
#include <chrono>

namespace edo::shipping {

class Stop {
 public:
  Stop();
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  ~Stop();

  // Safe in a signal handler and in any thread.
  void request() noexcept;
  [[nodiscard]] bool requested() const noexcept { return requested_.load(); }
  // Whether it was requested at least `span` ago.
  [[nodiscard]] bool requested_for(std::chrono::milliseconds span) const noexcept {
    return requested() && std::chrono::steady_clock::now() - requested_at_.load() >= span;
  }

  // Readable once the stop is requested, and from then on.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  // Waits for `span`, or until a stop or a reload is requested. True if a stop is requested.
  bool wait_for(std::chrono::milliseconds span) const noexcept;

  // Asks for a start with a new configuration. Safe in a signal handler.
  void request_reload() noexcept;
  [[nodiscard]] bool reload_requested() const noexcept { return reload_.load(); }
  void reloaded() noexcept;

 private:
  int descriptor_;
  int reload_descriptor_;  // readable while a reload is requested
  std::atomic<bool> requested_{false};
  std::atomic<std::chrono::steady_clock::time_point> requested_at_{};
  std::atomic<bool> reload_{false};
};

}  // namespace edo::shipping
