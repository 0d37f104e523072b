#include "tools/server/backend/memory.hpp"

#include <vector>

namespace edo::backend {
namespace {

constexpr std::size_t kMostWaiting = 4096;
constexpr std::chrono::seconds kShortAfterRefusal{5};

}  // namespace

std::optional<Memory::Share> Memory::reserve(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (!waiting_.empty() || !fits(bytes)) return std::nullopt;
  taken_ += bytes;
  return Share(*this, bytes);
}

bool Memory::wait(std::size_t bytes, Clock::time_point until, Granted granted) {
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty() || !fits(bytes)) {
      if (waiting_.size() >= kMostWaiting) return false;
      waiting_.push_back({bytes, until, std::move(granted)});
      return true;
    }
    taken_ += bytes;
  }
  granted(Share(*this, bytes));
  return true;
}

void Memory::end_waits(Clock::time_point now) {
  std::vector<Granted> ended;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](Waiting& each) {
      const bool is_over = each.until <= now;
      if (is_over) ended.push_back(std::move(each.granted));
      return is_over;
    });
  }
  for (const auto& granted : ended) granted(std::nullopt);
  give_back(0);  // the next one may need less
}

void Memory::forget_waits() {
  std::deque<Waiting> forgotten;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  forgotten.swap(waiting_);
}

void Memory::note_refusal(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  short_until_ = now + kShortAfterRefusal;
}

bool Memory::is_short(Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty() || now < short_until_;
}

void Memory::give_back(std::size_t bytes) noexcept {
  std::vector<Waiting> served;
  {
    const std::lock_guard lock(mutex_);
    taken_ -= bytes;
    while (!waiting_.empty() && fits(waiting_.front().bytes)) {
      taken_ += waiting_.front().bytes;
      served.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  for (const auto& each : served) each.granted(Share(*this, each.bytes));
}

}  // namespace edo::backend
