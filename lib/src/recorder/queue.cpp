#include "recorder/queue.hpp"

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
  changes_.push_back(change);
  bytes_ += bytes;
  return true;
}

void Queue::pop(std::size_t count) {
  for (; count > 0; --count) {
    bytes_ -= bytes_of(changes_.front());
    changes_.pop_front();
  }
}

}  // namespace edo::recorder
