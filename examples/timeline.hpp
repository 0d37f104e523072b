// What is to happen is kept in order, and the clock jumps from one to the next: at once where time
// is simulated, and when it has come where somebody waits for it. now() may be called in any
// thread; the rest belongs to one.
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
  // In slow motion everything is so many times as far away as it was said to be.
  explicit Timeline(Micros now, int slow_motion = 1) noexcept
      : now_(now), slow_motion_(slow_motion) {}

  [[nodiscard]] Micros now() const noexcept { return now_.load(std::memory_order_relaxed); }

  // Steps of one moment happen in the order in which they were added.
  void at(Micros time, std::function<void()> step) {
    steps_.push({now() + (time - now()) * slow_motion_, next_number_++, std::move(step)});
  }

  // When the next step is due; there must be one.
  [[nodiscard]] Micros next() const { return steps_.top().time; }

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

  // Lets go of what has not happened yet.
  void clear() { steps_ = {}; }

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
  const int slow_motion_;
  std::uint64_t next_number_ = 0;
  std::priority_queue<Step> steps_;
};

}  // namespace edo::examples
