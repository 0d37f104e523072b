// What ends the wait for a statement early: its time, or a client that left.
#pragma once

#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <system_error>

#include "edo/error.hpp"

namespace edo::inspection {

class Alarm {
 public:
  // Throws Error io if the process has no descriptor left.
  Alarm(const std::stop_token& stop, std::chrono::milliseconds time)
      : descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
    if (descriptor_ < 0) {
      throw Error(ErrorKind::io, "set an alarm: " + std::system_category().message(errno));
    }
    set(time);
    on_stop_.emplace(stop, [this] { set(std::chrono::nanoseconds(1)); });
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() {
    on_stop_.reset();  // it uses the descriptor
    (void)::close(descriptor_);
  }

  // For poll(2): readable from then on.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  void set(std::chrono::nanoseconds time) const noexcept {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const itimerspec once{{}, {seconds.count(), (time - seconds).count()}};
    (void)::timerfd_settime(descriptor_, 0, &once, nullptr);
  }

  const int descriptor_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace edo::inspection
