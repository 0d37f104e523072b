// The memory that answers take, from the database until they are sent: one budget for all of them.
// Any number of threads may use it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

#include "tools/server/language/error.hpp"

namespace edo::backend {

class Memory {
 public:
  explicit Memory(std::size_t bytes) : bytes_(bytes) {}

  // A part of the budget, given back by its destructor.
  class Share {
   public:
    Share(Memory& memory, std::size_t bytes) : memory_(&memory), bytes_(bytes) {}
    Share(Share&& other) noexcept
        : memory_(other.memory_), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (bytes_ > 0) memory_->give_back(bytes_);
    }

   private:
    Memory* memory_;
    std::size_t bytes_;
  };

  // Waits until as much is free, and throws RequestError after the timeout.
  [[nodiscard]] Share reserve(std::size_t bytes, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    if (!given_back_.wait_for(lock, timeout, [&] { return taken_ + bytes <= bytes_; })) {
      throw language::RequestError("unexpected", "$",
                                   "other answers need the server's memory; try again, or ask for "
                                   "fewer rows with limit");
    }
    taken_ += bytes;
    return {*this, bytes};
  }
  // What exists already is counted without waiting, even beyond the budget.
  [[nodiscard]] Share take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    taken_ += bytes;
    return {*this, bytes};
  }

  // An answer exists so often while SQLite puts it together and we copy it.
  static constexpr std::size_t kCopies = 4;
  // Of one answer. An eighth of the budget is for small ones beside it.
  [[nodiscard]] std::size_t largest_answer() const noexcept { return bytes_ / 8 * 7 / kCopies; }

 private:
  void give_back(std::size_t bytes) noexcept {
    {
      const std::lock_guard lock(mutex_);
      taken_ -= bytes;
    }
    given_back_.notify_all();
  }

  const std::size_t bytes_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::size_t taken_ = 0;
};

}  // namespace edo::backend
