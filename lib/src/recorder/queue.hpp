// Calls that wait in memory, in order, until the store can take them. Not thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "recorder/change.hpp"

namespace edo::recorder {

class Queue {
 public:
  explicit Queue(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // False, and nothing kept, if the bound would be exceeded.
  [[nodiscard]] bool push(const Change& change);
  // Moves all of another queue to the end of this one. False, and nothing moved, if the bound would
  // be exceeded.
  [[nodiscard]] bool take(Queue& other);
  // Drops the `count` oldest, which have been stored.
  void pop(std::size_t count);
  // How much of the bound the change would take, in bytes.
  [[nodiscard]] static std::size_t bytes_of(const Change& change);

  [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return changes_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] const Change& operator[](std::size_t i) const { return *changes_[i]; }

 private:
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::deque<std::unique_ptr<const Change>> changes_;
};

}  // namespace edo::recorder
