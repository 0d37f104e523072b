#include "recorder/queue.hpp"

#include <utility>

namespace edo::recorder {

std::size_t Queue::bytes_of(const Change& change) {
  std::size_t bytes = sizeof change;
  for (std::size_t i = 0; i < change.size(); ++i) {
    if (change[i].kind == Value::Kind::text) bytes += change[i].text.size();
  }
  return bytes;
}

bool Queue::push(const Change& change) {
  const std::size_t bytes = bytes_of(change);
  if (bytes_ + bytes > max_bytes_) return false;
  changes_.push_back(std::make_unique<const Change>(change));
  bytes_ += bytes;
  return true;
}

bool Queue::take(Queue& other) {
  if (bytes_ + other.bytes_ > max_bytes_) return false;
  if (changes_.empty()) {
    changes_.swap(other.changes_);
  } else {
    for (auto& change : other.changes_) changes_.push_back(std::move(change));
    other.changes_.clear();
  }
  bytes_ += std::exchange(other.bytes_, 0);
  return true;
}

void Queue::pop(std::size_t count) {
  for (; count > 0; --count) {
    bytes_ -= bytes_of(*changes_.front());
    changes_.pop_front();
  }
}

}  // namespace edo::recorder
