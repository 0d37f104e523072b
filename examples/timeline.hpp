// Simulated time: what is to happen is kept in order, and the clock jumps from one to the next.
// now() may be called in any thread; the rest belongs to one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace edo::examples {

using Micros = std::int64_t;

inline constexpr Micros kMillisecond = 1'000;
inline constexpr Micros kSecond = 1'000'000;
inline constexpr Micros kMinute = 60 * kSecond;
inline constexpr Micros kHour = 60 * kMinute;

class Timeline {
 public:
  explicit Timeline(Micros now) noexcept : now_(now) {}

  [[nodiscard]] Micros now() const noexcept { return now_.load(std::memory_order_relaxed); }

  // Steps of one moment happen in the order in which they were added.
  void at(Micros time, std::function<void()> step) {
    steps_.push({time, next_number_++, std::move(step)});
  }

  // False when nothing is left to do.
  bool advance() {
    if (steps_.empty()) return false;
    // The queue only lends its first element, and a step may add others.
    const Step step = steps_.top();
    steps_.pop();
    now_.store(step.time, std::memory_order_relaxed);
    step.run();
    return true;
  }

 private:
  struct Step {
    Micros time;
    std::uint64_t number;
    std::function<void()> run;

    bool operator<(const Step& other) const noexcept {
      return time != other.time ? time > other.time : number > other.number;
    }
  };

  std::atomic<Micros> now_;
  std::uint64_t next_number_ = 0;
  std::priority_queue<Step> steps_;
};

}  // namespace edo::examples
