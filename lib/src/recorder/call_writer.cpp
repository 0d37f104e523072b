#include "recorder/call_writer.hpp"

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <system_error>
#include <utility>

#include "storage/reserve.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tables/recorders.hpp"

namespace edo::recorder {
namespace {

bool adds_rows(ChangeKind kind) {
  return kind == ChangeKind::start_invocation || kind == ChangeKind::start_event ||
         kind == ChangeKind::start_job || kind == ChangeKind::log;
}

}  // namespace

CallWriter::CallWriter(const Options& options, const base::Clock& clock, Wakeup& wakeup)
    : options_(options),
      clock_(clock),
      wakeup_(wakeup),
      store_(options, clock, wakeup),
      queue_(options),
      dropped_(options, clock),
      checkpoints_(options),
      size_(options, clock) {}

void CallWriter::open() {
  try {
    store_.wait_for_log();
    store_.open(dropped_, reports_);
  } catch (const Error& failure) {
    if (failure.kind() != ErrorKind::busy || !store_.waits_for_others()) throw;
  }
}

void CallWriter::count_running(const Change& change) noexcept {
  if (options_.commit_within.count() == 0) return;
  if (change.kind() == ChangeKind::start_invocation) ++running_;
  if (change.kind() == ChangeKind::finish_invocation) --running_;
}

void CallWriter::store(std::span<Call* const> calls) {
  if (closed_) {
    for (Call* call : calls) call->error.emplace(recorder_is_closed(options_, *call->change));
    return;
  }
  if (queue_.must_pause()) {
    keep(calls);
    return;
  }
  if (share_commit(calls)) return;
  try {
    store_now(calls);
  } catch (const Error& failure) {
    postpone(calls, failure);
  } catch (const std::exception& failure) {
    for (Call* call : calls) {
      if (call->outcome != Outcome::dropped || call->error) continue;
      drop(*call,
           Error(ErrorKind::io, describe(call->change->kind()), options_.store, failure.what()));
    }
  }
}

// Keeps the calls until others have come or commitWithin is over. False if they must be stored now,
// with all that are queued. When no invocation runs any more, the host may be frozen or ended.
bool CallWriter::share_commit(std::span<Call* const> calls) {
  if (options_.commit_within.count() == 0 || calls.empty() || running_ <= 0) return false;
  bool first = false;
  if (!queue_.may_share(calls, first)) return false;
  if (first) wakeup_.wake();
  keep(calls);
  return true;
}

void CallWriter::store_now(std::span<Call* const> calls) {
  leave_moved_files();
  store_.open(dropped_, reports_);
  if (size_.check(session()->database(), calls_)) wakeup_.wake();
  if (queue_.empty() && calls.size() == 1 && dropped_.unrecorded() == 0) {
    run(*calls.front());
  } else {
    store_together(calls);
  }
  if (queue_.succeeded()) (void)storage::make_reserve(options_.store);
  disk_full_ = false;
  if (dropped_.unrecorded() > 0) wakeup_.wake();
  after_commit();
}

// Runs one call. What no later try can mend is the call's own failure; the rest is thrown.
void CallWriter::run(Call& call) {
  ++calls_;
  if (size_.is_reached() && adds_rows(call.change->kind())) {
    drop(call, store_is_full(options_, *call.change));
    return;
  }
  try {
    if (const auto remark = session()->run(*call.change)) report(*remark);
    call.outcome = Outcome::stored;
  } catch (const Error& failure) {
    if (failure.is_retryable()) throw;
    if (failure.kind() == ErrorKind::corrupt) session()->suspect();
    drop(call, failure);
  }
}

// Runs the oldest queued calls; returns how many.
std::size_t CallWriter::run_queued(Reports& refused) {
  const std::size_t count = std::min(queue_.size(), RetryQueue::kMostAtOnce);
  for (std::size_t i = 0; i < count; ++i) {
    Call late{.change = &queue_[i]};
    run(late);
    if (late.error) refused.push_back(std::move(*late.error));
  }
  return count;
}

void CallWriter::store_together(std::span<Call* const> calls) {
  const std::uint64_t dropped_before = dropped_.unrecorded();
  Reports refused;
  try {
    storage::WriteTransaction transaction(session()->database());
    const std::size_t count = run_queued(refused);
    const bool all = count == queue_.size();
    if (all) {
      for (Call* call : calls) run(*call);
    }
    dropped_.record(*session());
    transaction.commit();
    dropped_.committed(*session());
    queue_.settle(count, count - refused.size());
    if (!all) keep(calls);
  } catch (...) {
    // Nothing of it was committed, so nothing of it was dropped either.
    dropped_.restore(dropped_before);
    for (Call* call : calls) {
      call->outcome = Outcome::dropped;
      call->error.reset();
    }
    throw;
  }
  reports_.insert(reports_.end(), refused.begin(), refused.end());
}

void CallWriter::drop(Call& call, const Error& why) {
  dropped_.add(1, why.what());
  call.outcome = Outcome::dropped;
  call.error.emplace(why);
}

void CallWriter::keep(std::span<Call* const> calls) {
  for (Call* call : calls) {
    if (queue_.push(*call->change)) {
      call->outcome = Outcome::queued;
    } else {
      drop(*call, queue_is_full(options_, *call->change));
    }
  }
}

void CallWriter::take_over(Queue& late) {
  for (std::size_t i = 0; i < late.size(); ++i) {
    if (queue_.push(late[i])) continue;
    queue_.drop_one();
    dropped_.add(1, queue_is_full(options_, late[i]).what());
  }
  late.pop(late.size());
}

void CallWriter::postpone(std::span<Call* const> calls, const Error& why) {
  const bool first = queue_.refused();
  keep(calls);
  if (first) report(why);
  wakeup_.wake();
  if (session() != nullptr && why.kind() != ErrorKind::busy) session()->suspect();
  disk_full_ = why.kind() == ErrorKind::full;
  if (disk_full_) dropped_.note(session());
}

void CallWriter::after_commit() {
  checkpoints_.committed(session()->wal_bytes());
  session()->allow_growth(checkpoints_.has_room());
  if (checkpoints_.are_wanted()) wakeup_.wake();
}

void CallWriter::leave_moved_files() {
  if (!store_.leave_moved_files(reports_)) return;
  checkpoints_.forget_log();
  storage::wait_until_settled(options_.store);
}

void CallWriter::checkpoint_failed(const Error& failure) {
  disk_full_ |= failure.kind() == ErrorKind::full;
  session()->suspect();
}

void CallWriter::relieve_disk() {
  if (session() == nullptr) return;
  checkpoints_.measure_disk();
  try {
    session()->allow_growth(checkpoints_.has_room());
    // Of which little may be in use.
    std::error_code none;
    const auto log = std::filesystem::file_size(storage::side_file(options_.store, "-wal"), none);
    if (!none && log > storage::kLogRoom && store_.begin_checkpoint()) {
      const CheckpointEnd end(store_);
      storage::with_headroom(options_.store, [&] { session()->cut_wal(); });
      checkpoints_.forget_log();
      checkpoints_.measure_disk();
      session()->allow_growth(checkpoints_.has_room());
      queue_.end_pause();
    }
  } catch (const Error&) {
    // It is tried again with the calls that wait.
  }
  (void)storage::make_reserve(options_.store);
  size_.prune_for_disk(session()->database());
}

void CallWriter::close() {
  closed_ = true;
  if (!queue_.empty()) {
    const Error lost(ErrorKind::io, "close", options_.store,
                     std::to_string(queue_.size()) + " queued calls could not be stored");
    report(lost);
    dropped_.add(queue_.size(), lost.what());
    queue_.settle(queue_.size(), 0);
  }
  dropped_.note(session());
  if (session() == nullptr) return;
  try {
    storage::with_headroom(options_.store, [this] {
      tables::close_recorder(session()->database(), session()->recorder(), clock_.now());
    });
  } catch (const Error& failure) {
    report(failure);
  }
}

}  // namespace edo::recorder
