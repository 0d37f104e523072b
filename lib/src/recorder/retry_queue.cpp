#include "recorder/retry_queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// So many bytes of calls do not wait longer to share a commit.
constexpr std::size_t kSharedBytes = std::size_t{1} << 20;

}  // namespace

bool RetryQueue::may_share(std::span<Call* const> calls, bool& first) {
  if (queue_.size() + calls.size() > kMostAtOnce) return false;
  std::size_t bytes = queue_.bytes();
  for (const Call* call : calls) bytes += Queue::bytes_of(*call->change);
  if (bytes > std::min(kSharedBytes, options_.max_queue_bytes)) return false;
  const auto now = steady_clock::now();
  first = queue_.empty();
  if (first) commit_by_ = now + options_.commit_within;
  return first || now < commit_by_;
}

std::optional<milliseconds> RetryQueue::time_to_share() const {
  const auto now = steady_clock::now();
  if (queue_.empty() || now >= commit_by_) return std::nullopt;
  return std::chrono::ceil<milliseconds>(commit_by_ - now);
}

bool RetryQueue::refused() {
  const bool first = pause_ == kFirstPause;
  retry_at_ = steady_clock::now() + pause_;
  pause_ = std::min(pause_ * 2, kLongestPause);
  assert(pause_ > kFirstPause && pause_ <= kLongestPause);
  return first;
}

bool RetryQueue::succeeded() noexcept { return std::exchange(pause_, kFirstPause) != kFirstPause; }

bool RetryQueue::must_pause() const { return !queue_.empty() && steady_clock::now() < retry_at_; }

void RetryQueue::settle(std::size_t count, std::size_t stored) {
  assert(stored <= count && count <= queue_.size());
  queue_.pop(count);
  settled_.stored += stored;
  settled_.dropped += count - stored;
}

}  // namespace edo::recorder
