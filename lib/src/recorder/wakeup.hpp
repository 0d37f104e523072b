// Wakes the maintenance thread when there is work for it.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "recorder/alarm.hpp"

namespace edo::recorder {

class Wakeup {
 public:
  // `name` is the first part of the names of the files that are watched.
  explicit Wakeup(std::string name) : alarm_(std::move(name)) {}

  // There is work. Any thread may call it; the alarm rings once until the work is taken.
  void wake() noexcept {
    if (!wanted_.exchange(true)) alarm_.ring();
  }
  // Ends a wait even if work is wanted already, since the recorder closes.
  void interrupt() noexcept { alarm_.ring(); }
  void watch(const std::string& folder) noexcept { alarm_.watch(folder); }

  // The rest is the maintenance thread's. Waits until there is work, or for `at_most`.
  void wait_for_work(std::optional<std::chrono::milliseconds> at_most) noexcept {
    if (!wanted_) alarm_.wait(at_most);
  }
  void take_work() noexcept { wanted_ = false; }
  // Something is known to need time, so this is no poll. Work that comes meanwhile need not ring.
  void pause(std::chrono::milliseconds length) noexcept {
    wanted_ = true;
    alarm_.wait(length);
  }

 private:
  Alarm alarm_;
  std::atomic<bool> wanted_ = false;
};

}  // namespace edo::recorder
