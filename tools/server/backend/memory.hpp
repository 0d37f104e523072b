// The memory that answers take, from the database until they are sent: one budget for all of them.
// Any number of threads may use it, and none of them waits in it.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "tools/server/language/error.hpp"

namespace edo::backend {

class MemoryRefused : public language::RequestError {
 public:
  MemoryRefused()
      : RequestError("unexpected", "$",
                     "other answers need the server's memory; try again, or ask for fewer rows "
                     "with limit",
                     503) {}
};

class Memory {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Memory(std::size_t bytes) : bytes_(bytes) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // A part of the budget, given back by its destructor.
  class Share {
   public:
    Share() = default;
    Share(Memory& memory, std::size_t bytes) : memory_(&memory), bytes_(bytes) {}
    Share(Share&& other) noexcept
        : memory_(other.memory_), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      shrink(0);
      memory_ = other.memory_;
      bytes_ = std::exchange(other.bytes_, 0);
      return *this;
    }
    ~Share() { shrink(0); }

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    // Gives back what is beyond `bytes`.
    void shrink(std::size_t bytes) noexcept {
      if (bytes < bytes_) memory_->give_back(std::exchange(bytes_, bytes) - bytes);
    }

   private:
    Memory* memory_ = nullptr;
    std::size_t bytes_ = 0;
  };
  using Granted = std::function<void(std::optional<Share>)>;

  // Nothing unless as much is free, and nobody waits for more.
  [[nodiscard]] std::optional<Share> reserve(std::size_t bytes);

  // Calls `granted` once: with the share as soon as it is free, in the thread that gives memory
  // back, or with nothing when the time is over. It must not block. False if too many wait.
  [[nodiscard]] bool wait(std::size_t bytes, Clock::time_point until, Granted granted);
  // Ends the waits whose time is over. Somebody has to call it now and then.
  void end_waits(Clock::time_point now);

  // Nobody waits any more, and no callback is called. For the end of the server, whose last answers
  // give memory back when those who waited are gone.
  void forget_waits();

  // Notes that somebody was refused.
  void note_refusal(Clock::time_point now);
  // Whether somebody waits, or was refused in the last seconds: then slow clients cost others.
  [[nodiscard]] bool is_short(Clock::time_point now) const;

  // An answer exists so often while SQLite puts it together and we copy it.
  static constexpr std::size_t kCopies = 4;
  // Of one answer, so that others find room beside it.
  [[nodiscard]] std::size_t largest_answer() const noexcept { return bytes_ / 8 * 7 / kCopies; }

 private:
  struct Waiting {
    std::size_t bytes;
    Clock::time_point until;
    Granted granted;
  };

  void give_back(std::size_t bytes) noexcept;
  [[nodiscard]] bool fits(std::size_t bytes) const { return taken_ + bytes <= bytes_; }

  const std::size_t bytes_;
  mutable std::mutex mutex_;  // guards everything below
  std::size_t taken_ = 0;
  std::deque<Waiting> waiting_;  // the first one gets memory first
  Clock::time_point short_until_{};
};

}  // namespace edo::backend
