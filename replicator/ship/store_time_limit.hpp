// How long one store may take of a cycle.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "replicator/ship/stop.hpp"
#include "storage/defence.hpp"

namespace edo::shipping {

// Interrupts work on a store that has made no progress for `no_progress`, or that is still under
// way kGrace after a stop request. `stop` must outlive it. Safe to use from several threads.
class StoreTimeLimit final : public storage::Interrupt {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kDefault{30};
  static constexpr std::chrono::seconds kGrace{5};

  // `share` is how long the store may ship while others wait; without it, as long as `no_progress`.
  explicit StoreTimeLimit(const Stop& stop, std::chrono::milliseconds no_progress = kDefault,
                          std::optional<std::chrono::milliseconds> share = std::nullopt)
      : stop_(stop), no_progress_(no_progress), share_(share.value_or(no_progress)) {}

  // Call it with each step forward, and after waiting for the central database: that time is not
  // the store's.
  void progressed() noexcept { progressed_at_.store(Clock::now()); }
  // Whether other stores should come before this one continues.
  [[nodiscard]] bool is_over() const noexcept { return Clock::now() - began_ >= share_; }
  [[nodiscard]] bool is_due() const noexcept override {
    return Clock::now() - progressed_at_.load() >= no_progress_ || stop_.requested_for(kGrace);
  }

 private:
  const Stop& stop_;
  const Clock::duration no_progress_;
  const Clock::duration share_;
  const Clock::time_point began_ = Clock::now();
  std::atomic<Clock::time_point> progressed_at_{began_};
};

}  // namespace edo::shipping
