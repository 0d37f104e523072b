// The calls that wait in memory: to share a commit with later ones, or until a store that has
// refused them is tried again. All wait in the order in which they came. Belongs to the leader.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "edo/options.hpp"
#include "recorder/call.hpp"
#include "recorder/queue.hpp"

namespace edo::recorder {

class RetryQueue {
 public:
  // How long calls go straight to memory after the store refused one.
  static constexpr std::chrono::milliseconds kFirstPause{10};
  static constexpr std::chrono::milliseconds kLongestPause{1000};
  // Stored in one transaction, so that the call which stores them is not held up.
  static constexpr std::size_t kMostAtOnce = 1000;

  explicit RetryQueue(const Options& options)
      : options_(options), queue_(options.max_queue_bytes) {}

  [[nodiscard]] bool empty() const noexcept { return queue_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return queue_.size(); }
  [[nodiscard]] const Change& operator[](std::size_t i) const { return queue_[i]; }

  // False, and nothing kept, if the bound would be exceeded.
  [[nodiscard]] bool push(const Change& change) { return queue_.push(change); }

  // Whether these calls may wait for later ones. The time begins with the first that waits; `first`
  // is then set.
  [[nodiscard]] bool may_share(std::span<Call* const> calls, bool& first);
  // How long the calls that share a commit may still wait; nothing if they must be stored now.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_to_share() const;
  // They need not wait for others.
  void stop_sharing() noexcept { commit_by_ = {}; }

  // The store has refused a call; until the pause is over, calls are queued. Returns whether that
  // is the first failure since a success.
  bool refused();
  // Returns whether it is the first success since a failure.
  bool succeeded() noexcept;
  [[nodiscard]] bool must_pause() const;
  void end_pause() noexcept { retry_at_ = {}; }
  [[nodiscard]] std::chrono::milliseconds pause() const noexcept { return pause_; }

  // The oldest calls have left the queue: `stored` of them are in the store, the others were
  // dropped.
  void settle(std::size_t count, std::size_t stored);
  // One that had no room, although the host was told that it is queued.
  void drop_one() noexcept { ++settled_.dropped; }

  struct Settled {
    std::uint64_t stored = 0;
    std::uint64_t dropped = 0;
  };
  // What has become of queued calls since it was last asked.
  [[nodiscard]] Settled take_settled() noexcept { return std::exchange(settled_, {}); }

 private:
  const Options& options_;
  Queue queue_;
  std::chrono::steady_clock::time_point commit_by_;
  std::chrono::steady_clock::time_point retry_at_;
  std::chrono::milliseconds pause_ = kFirstPause;  // the next one
  Settled settled_;
};

}  // namespace edo::recorder
