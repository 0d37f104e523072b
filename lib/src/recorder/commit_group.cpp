#include "recorder/commit_group.hpp"

#include <algorithm>

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Calls that could not even wait for their turn have this part of maxQueueBytes until the next
// leader takes them over.
constexpr std::size_t kPartForLateCalls = 4;
// Longer timeouts mean "as long as it takes", and do not fit a clock.
constexpr milliseconds kLongestFlush = std::chrono::hours(24);

}  // namespace

CommitGroup::CommitGroup(const Options& options, CallWriter& writer, Wakeup& wakeup)
    : options_(options),
      writer_(writer),
      wakeup_(wakeup),
      late_(options.max_queue_bytes / kPartForLateCalls) {}

Reports CommitGroup::settle(std::span<Call> calls) {
  assert(!calls.empty());
  Lock lock(mutex_);
  if (closing_) {
    for (Call& call : calls) call.error.emplace(recorder_is_closed(options_, *call.change));
    health_.dropped += calls.size();
    return {};
  }
  waiting_.reserve(waiting_.size() + calls.size());
  for (Call& call : calls) {
    waiting_.push_back(&call);
    writer_.count_running(*call.change);
  }
  if (leading_ || calls_wait_) wait_for_turn(lock, calls);
  if (calls.back().done) return {};
  assert(batch_.empty());
  batch_.swap(waiting_);
  return lead(lock, [this] { writer_.store(batch_); });
}

// Until the calls are done, or it is this thread's turn to lead.
void CommitGroup::wait_for_turn(Lock& lock, std::span<Call> calls) {
  const Call& last = calls.back();
  const auto is_over = [&] { return last.done || !leading_; };
  ++sleepers_;
  const bool in_time = changed_.wait_for(lock, options_.busy_timeout,
                                         [&] { return is_over() && !(calls_wait_ && !last.done); });
  if (!in_time && (!is_over() || log_restarts_) && !withdraw(calls)) changed_.wait(lock, is_over);
  --sleepers_;
}

// The leader takes long, for example on a slow disk. Calls that it has not begun can wait in
// memory. False if it has begun them.
bool CommitGroup::withdraw(std::span<Call> calls) {
  const auto mine = std::find(waiting_.begin(), waiting_.end(), &calls.front());
  if (closing_ || mine == waiting_.end()) return false;
  waiting_.erase(mine, mine + static_cast<std::ptrdiff_t>(calls.size()));
  for (Call& call : calls) {
    call.done = true;
    if (late_.push(*call.change)) {
      call.outcome = Outcome::queued;
      ++health_.queued;
    } else {
      call.error.emplace(queue_is_full(options_, *call.change));
      ++health_.dropped;
      ++new_dropped_;
      new_reason_ = call.error->what();
    }
  }
  wakeup_.wake();
  return true;
}

void CommitGroup::count_dropped(const Error& why) {
  {
    const std::lock_guard lock(mutex_);
    ++health_.dropped;
    ++new_dropped_;
    new_reason_ = why.what();
  }
  wakeup_.wake();
}

// The next leader gets what threads have left for it.
void CommitGroup::hand_over() {
  if (!late_.empty()) writer_.take_over(late_);
  if (nested_calls_ > 0) hand_over_nested(nested_calls_.exchange(0));
  if (new_dropped_ > 0) writer_.dropped().add(std::exchange(new_dropped_, 0), new_reason_);
}

void CommitGroup::hand_over_nested(std::uint64_t calls) {
  new_dropped_ += calls;
  health_.dropped += calls;
  const Error error(ErrorKind::invalid_argument, "record in", options_.store,
                    std::to_string(calls) +
                        " calls were made inside another call of the same thread, from a signal "
                        "handler or from onError, where nothing can be recorded");
  new_reason_ = error.what();
  // Once: the report may be what makes the host record.
  if (!std::exchange(nested_reported_, true)) writer_.report(error);
}

void CommitGroup::count_outcomes() {
  for (Call* call : batch_) {
    assert(!call->done);
    call->done = true;
    health_.stored += call->outcome == Outcome::stored;
    health_.dropped += call->outcome == Outcome::dropped;
  }
  batch_.clear();
  const auto late = writer_.queue().take_settled();
  settled_late_ += late.stored + late.dropped;
  health_.stored += late.stored;
  health_.dropped += late.dropped;
  health_.queued = writer_.queue().size() + late_.size();
  const Session* const session = writer_.session();
  if (session != nullptr) health_.wal_bytes = session->wal_bytes();
  calls_wait_ = log_restarts_ || (session != nullptr && writer_.checkpoints().hold_calls());
}

bool CommitGroup::flush(milliseconds timeout) {
  const auto until = steady_clock::now() + std::min(timeout, kLongestFlush);
  Lock lock(mutex_);
  ++sleepers_;
  bool flushed = changed_.wait_until(lock, until, [this] { return !leading_; });
  if (flushed && health_.queued > 0) {
    writer_.queue().stop_sharing();
    wakeup_.wake();
    const auto last = settled_late_ + health_.queued;
    flushed = changed_.wait_until(lock, until, [&] { return settled_late_ >= last; });
  }
  --sleepers_;
  return flushed;
}

void CommitGroup::set_log_restart(bool restarts) {
  const std::lock_guard lock(mutex_);
  log_restarts_ = restarts;
  calls_wait_ |= restarts;
}

std::pair<Health, bool> CommitGroup::close(milliseconds timeout) {
  Lock lock(mutex_);
  if (!closing_) {
    const auto now = steady_clock::now();
    close_by_ = now + timeout;
    give_up_at_ = now + timeout * 3 / 4;
    closing_ = true;
    wakeup_.interrupt();
  }
  ++sleepers_;
  const bool ended = changed_.wait_until(lock, close_by_, [this] { return ended_; });
  --sleepers_;
  return {health_, ended};
}

void CommitGroup::end() {
  const std::lock_guard lock(mutex_);
  health_.wal_bytes = 0;
  ended_ = true;
  changed_.notify_all();
}

Health CommitGroup::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace edo::recorder
