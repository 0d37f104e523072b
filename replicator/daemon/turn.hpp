// How long a store may keep the others waiting.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "replicator/daemon/stop.hpp"
#include "storage/defence.hpp"

namespace edo::daemon {

// One store's turn. It is interrupted when its file has been read or written for `patience` without
// an end, and when a stop request is older than the grace for what is under way. `stop` must
// outlive it; safe in any thread.
class Turn final : public storage::Interrupt {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kPatience{30};
  static constexpr std::chrono::seconds kGrace{5};

  // It is over after `length`, if that is not the same as its patience.
  explicit Turn(const Stop& stop, std::chrono::milliseconds patience = kPatience,
                std::optional<std::chrono::milliseconds> length = std::nullopt)
      : stop_(stop), patience_(patience), length_(length.value_or(patience)) {}

  // To be called when the store had not been waited for, but the centre, and with each step
  // forward.
  void progressed() noexcept { progressed_at_.store(Clock::now()); }
  // Whether others that wait should come before this one goes on.
  [[nodiscard]] bool is_over() const noexcept { return Clock::now() - began_ >= length_; }
  [[nodiscard]] bool is_due() const noexcept override {
    return Clock::now() - progressed_at_.load() >= patience_ || stop_.requested_for(kGrace);
  }

 private:
  const Stop& stop_;
  const Clock::duration patience_;
  const Clock::duration length_;
  const Clock::time_point began_ = Clock::now();
  std::atomic<Clock::time_point> progressed_at_{began_};
};

}  // namespace edo::daemon
