#include "recorder/writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "base/fork.hpp"
#include "base/signals_blocked.hpp"
#include "storage/beside.hpp"
#include "storage/losses.hpp"
#include "storage/reserve.hpp"
#include "storage/space.hpp"
#include "storage/store.hpp"
#include "tables/healing.hpp"
#include "tables/writers.hpp"

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long calls go straight to memory after the store refused one.
constexpr milliseconds kFirstRetryPause{10};
constexpr milliseconds kLongestRetryPause{1000};
// Waiting calls stored in one transaction, so that the call which stores them is not held up.
constexpr std::size_t kDrainAtOnce = 1000;
// So many bytes of calls do not wait longer to share a commit.
constexpr std::size_t kSharedBytes = std::size_t{1} << 20;
constexpr milliseconds kBreath{20};
// Files that were moved are left once nobody writes their log into the store.
constexpr milliseconds kLeavingStep{100};
constexpr std::chrono::seconds kLeavingPatience{30};
// How long whoever makes a recorder waits for those who save a log before others may open the
// store.
constexpr milliseconds kLogPatience{1000};
constexpr milliseconds kLogStep{5};
constexpr milliseconds kLongestClosingPause{50};
// Longer timeouts mean "as long as it takes", and do not fit a clock.
constexpr milliseconds kLongestFlush = std::chrono::hours(24);
// Calls that could not even wait for their turn have this part of maxQueueBytes until the next
// leader takes them over.
constexpr std::size_t kPartForLateCalls = 4;
// The size of the store is looked at every so many commits.
constexpr std::uint64_t kCommitsBetweenSizes = 64;

// While a thread is in a call, a signal handler of it that records, or an on_error that does, would
// wait for itself.
thread_local const Writer* in_call_of = nullptr;

class InCall {
 public:
  explicit InCall(const Writer* writer) noexcept : outer_(std::exchange(in_call_of, writer)) {}
  InCall(const InCall&) = delete;
  InCall& operator=(const InCall&) = delete;
  ~InCall() { in_call_of = outer_; }

 private:
  const Writer* const outer_;
};

// Resets what it is given at the end of a scope.
template <typename T>
class EndOf {
 public:
  explicit EndOf(T& object) noexcept : object_(object) {}
  EndOf(const EndOf&) = delete;
  EndOf& operator=(const EndOf&) = delete;
  ~EndOf() { object_.reset(); }

 private:
  T& object_;
};

bool adds_rows(Statement statement) {
  return statement == Statement::start_invocation || statement == Statement::start_event ||
         statement == Statement::start_job || statement == Statement::log;
}

// By how much more or fewer invocations run.
int running_change(Statement statement) {
  return (statement == Statement::start_invocation) - (statement == Statement::finish_invocation);
}

}  // namespace

Writer::Writer(const Options& options, std::shared_ptr<const base::Clock> clock, Report report,
               Open open)
    : options_(options),
      clock_(std::move(clock)),
      report_(std::move(report)),
      generation_(base::fork_generation()),
      late_(options.max_queue_bytes / kPartForLateCalls),
      queue_(options.max_queue_bytes),
      retry_pause_(kFirstRetryPause),
      checkpoints_(options_),
      eviction_(options_, *clock_),
      alarm_(storage::name_of(options.store)) {
  if (open == Open::now) {
    const auto give_up_at = steady_clock::now() + kLogPatience;
    try {
      while (is_log_in_use() && steady_clock::now() < give_up_at) {
        std::this_thread::sleep_for(kLogStep);
      }
      open_session();
    } catch (const Error& failure) {
      // The store is ours and somebody else is at it: the first call can wait for that as well.
      const steady_clock::time_point never{};
      const bool passes = session_ || in_use_since_ != never || folder_taken_since_ != never;
      if (!passes || failure.kind() != ErrorKind::busy) throw;
    }
  }
  const base::SignalsBlocked blocked;
  // Not joined: it may be waiting for a disk when its owner may wait no longer.
  std::thread([this] { work_beside(); }).detach();
}

void Writer::let_go() noexcept {
  if (--holders_ == 0) delete this;
}

// One that has been stopped is not waited for without end.
bool Writer::is_soon(steady_clock::time_point& since) {
  const auto now = steady_clock::now();
  if (since == steady_clock::time_point{}) since = now;
  return now - since < kLeavingPatience;
}

// Others are about to leave the log at the path.
bool Writer::is_log_in_use() {
  using storage::LogState;
  const auto state = storage::state_of_log(options_.store, storage::OpenFile(options_.store));
  if (state == LogState::lost || state == LogState::others) return is_soon(in_use_since_);
  in_use_since_ = {};
  return false;
}

// Does what is still to be done of it: rows must not be stored before the process is registered, or
// nobody could tell that they crashed.
void Writer::open_session() {
  if (session_ && session_->writer() != 0) return;
  const storage::FolderLock others(options_.store);
  if (others.is_taken() && is_soon(folder_taken_since_)) {
    throw Error(ErrorKind::busy, "open", options_.store,
                "another process opens or moves stores in its folder");
  }
  folder_taken_since_ = {};
  if (left_log_ && storage::OpenFile::connections(options_.store) > 0) {
    throw Error(ErrorKind::busy, "open", options_.store,
                "its write-ahead log was removed, and another part of this "
                "process still has it open; close that one first");
  }
  left_log_ = false;
  // They need the folder for that.
  if (!session_ && is_log_in_use()) {
    throw Error(ErrorKind::busy, "open", options_.store,
                "its files were removed or replaced, and another process is "
                "saving its write-ahead log; recording continues after that");
  }
  if (!session_) {
    using OthersLog = storage::OpenOptions::OthersLog;
    const bool waited = in_use_since_ != steady_clock::time_point{};
    session_ =
        std::make_unique<Session>(options_, waited ? OthersLog::take_over : OthersLog::refuse);
    in_use_since_ = {};
  }
  if (const auto& log = session_->database().log_aside(); !log.empty()) {
    reports_.emplace_back(ErrorKind::io, "open", options_.store,
                          "the write-ahead log of another store, which was moved away or "
                          "replaced, was at this path. It was kept as " +
                              log +
                              ": before any program opens that store, put this file beside it, "
                              "named like it with -wal at the end");
  }
  alarm_.watch(storage::folder_of(options_.store));
  storage::with_headroom(options_.store, [&] {
    tables::mark_crashed(session_->database(), clock_->now());
    session_->set_writer(tables::register_writer(session_->database(), clock_->now()));
  });
  recorded_losses_ = 0;
  tables::take_over_noted_losses(session_->database(), session_->writer(), clock_->now());
  (void)storage::keep_room_for_log(options_.store);
  (void)storage::make_reserve(options_.store);
}

Outcome Writer::record(const Change& change) {
  Call call{.change = &change};
  settle({&call, 1});
  return call.outcome;
}

Outcome Writer::record(const Queue& changes) {
  std::vector<Call> calls(changes.size());
  for (std::size_t i = 0; i < calls.size(); ++i) calls[i].change = &changes[i];
  settle(calls);
  const auto worst = std::max_element(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return a.outcome < b.outcome;
  });
  return worst->outcome;
}

void Writer::commit() {
  if (in_call_of == this) return;
  const InCall in_call(this);
  Reports reports;
  {
    std::unique_lock lock(mutex_);
    ++sleepers_;
    const bool free = turn_.wait_for(lock, options_.busy_timeout, [this] { return !leading_; });
    --sleepers_;
    if (!free || closing_) return;
    reports = lead(lock, [this] {
      if (!queue_.empty()) store({});
    });
  }
  for (const Error& error : reports) report_(error);
}

bool Writer::flush(milliseconds timeout) {
  if (in_call_of == this) return false;
  const auto until = steady_clock::now() + std::min(timeout, kLongestFlush);
  std::unique_lock lock(mutex_);
  ++sleepers_;
  bool flushed = turn_.wait_until(lock, until, [this] { return !leading_; });
  if (flushed && health_.queued > 0) {
    commit_by_ = {};
    wake_beside();
    const auto last = settled_late_ + health_.queued;
    flushed = turn_.wait_until(lock, until, [&] { return settled_late_ >= last; });
  }
  --sleepers_;
  return flushed;
}

void Writer::count_loss(const Error& why) {
  {
    const std::lock_guard lock(mutex_);
    ++health_.dropped;
    ++new_losses_;
    new_loss_ = why.what();
  }
  wake_beside();
}

void Writer::settle(std::span<Call> calls) {
  if (in_call_of == this) {
    nested_calls_ += calls.size();
    return;
  }
  const InCall in_call(this);
  Reports reports;
  {
    std::unique_lock lock(mutex_);
    if (closing_) {
      refuse(calls);
      health_.dropped += calls.size();
    } else {
      waiting_.reserve(waiting_.size() + calls.size());
      for (Call& call : calls) {
        waiting_.push_back(&call);
        if (options_.commit_within.count() > 0) {
          running_ += running_change(call.change->statement());
        }
      }
      if (leading_ || held_back_) wait_for_turn(lock, calls);
      if (!calls.back().done) {
        batch_.swap(waiting_);
        reports = lead(lock, [this] { store(batch_); });
      }
    }
  }
  for (const Error& error : reports) report_(error);
  for (const Call& call : calls) {
    if (call.error) report_(*call.error);
  }
}

void Writer::refuse(std::span<Call> calls) const {
  for (Call& call : calls) {
    call.error.emplace(ErrorKind::closed, describe(call.change->statement()), options_.store,
                       "the recorder is closed");
  }
}

// Until the calls are done, or it is this thread's turn to see to that.
void Writer::wait_for_turn(std::unique_lock<std::mutex>& lock, std::span<Call> calls) {
  const Call& last = calls.back();
  const auto is_over = [&] { return last.done || !leading_; };
  ++sleepers_;
  const bool in_time = turn_.wait_for(lock, options_.busy_timeout,
                                      [&] { return is_over() && !(held_back_ && !last.done); });
  if (!in_time && (!is_over() || begins_anew_) && !withdraw(calls)) turn_.wait(lock, is_over);
  --sleepers_;
}

// Whoever leads takes long, as on a slow disk. What it has not begun can wait in memory. False if
// it has.
bool Writer::withdraw(std::span<Call> calls) {
  const auto mine = std::find(waiting_.begin(), waiting_.end(), &calls.front());
  if (closing_ || mine == waiting_.end()) return false;
  waiting_.erase(mine, mine + static_cast<std::ptrdiff_t>(calls.size()));
  for (Call& call : calls) {
    call.done = true;
    if (late_.push(*call.change)) {
      call.outcome = Outcome::queued;
      ++health_.queued;
    } else {
      call.error.emplace(no_room(*call.change));
      ++health_.dropped;
      ++new_losses_;
      new_loss_ = call.error->what();
    }
  }
  wake_beside();
  return true;
}

void Writer::count_nested(std::uint64_t calls) {
  new_losses_ += calls;
  health_.dropped += calls;
  const Error error(
      ErrorKind::invalid_argument, "record in", options_.store,
      std::to_string(calls) +
          " calls were made inside another call of the same thread, from a signal handler or "
          "from onError, where nothing can be recorded");
  new_loss_ = error.what();
  // Once: to be told of it may be what makes the host record.
  if (!std::exchange(nested_reported_, true)) {
    reports_.push_back(error);
  }
}

void Writer::take_over_late_calls() {
  for (std::size_t i = 0; i < late_.size(); ++i) {
    if (queue_.push(late_[i])) continue;
    ++dropped_late_;
    ++unrecorded_losses_;
    last_loss_ = no_room(late_[i]).what();
  }
  late_.pop(late_.size());
}

template <typename Work>
Writer::Reports Writer::lead(std::unique_lock<std::mutex>& lock, Work&& work) {
  leading_ = true;
  if (!late_.empty()) take_over_late_calls();
  if (nested_calls_ > 0) count_nested(nested_calls_.exchange(0));
  if (new_losses_ > 0) {
    unrecorded_losses_ += std::exchange(new_losses_, 0);
    last_loss_ = new_loss_;
  }
  lock.unlock();
  std::exception_ptr failure;
  try {
    work();
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  leading_ = false;
  for (Call* call : batch_) {
    call->done = true;
    health_.stored += call->outcome == Outcome::stored;
    health_.dropped += call->outcome == Outcome::dropped;
  }
  batch_.clear();
  settled_late_ += stored_late_ + dropped_late_;
  health_.stored += std::exchange(stored_late_, 0);
  health_.dropped += std::exchange(dropped_late_, 0);
  health_.queued = queue_.size() + late_.size();
  if (session_) health_.wal_bytes = session_->wal_bytes();
  held_back_ = begins_anew_ || (session_ && checkpoints_.hold_calls());
  if (sleepers_ > 0) turn_.notify_all();
  if (failure) std::rethrow_exception(failure);
  return std::exchange(reports_, {});
}

void Writer::store(std::span<Call* const> calls) {
  if (closed_) {
    for (Call* call : calls) refuse({call, 1});
    return;
  }
  if (!queue_.empty() && steady_clock::now() < retry_at_) {
    keep(calls);
    return;
  }
  if (share_commit(calls)) return;
  try {
    leave_moved_files();
    open_session();
    check_size();
    if (queue_.empty() && calls.size() == 1 && unrecorded_losses_ == 0) {
      run(*calls.front());
    } else {
      store_together(calls);
    }
    if (retry_pause_ != kFirstRetryPause) (void)storage::make_reserve(options_.store);
    retry_pause_ = kFirstRetryPause;
    disk_full_ = false;
    if (unrecorded_losses_ > 0) wake_beside();
    after_commit();
  } catch (const Error& failure) {
    postpone(calls, failure);
    if (session_ && failure.kind() != ErrorKind::busy) session_->suspect();
    disk_full_ = failure.kind() == ErrorKind::full;
    if (disk_full_) note_losses();
  } catch (const std::exception& failure) {
    for (Call* call : calls) {
      if (call->outcome != Outcome::dropped || call->error) continue;
      lose(*call, Error(ErrorKind::io, describe(call->change->statement()), options_.store,
                        failure.what()));
    }
  }
}

// Keeps the calls until others have come or commitWithin is over. False if they must be stored now,
// all that waits with them. When no invocation runs any more, the host may be frozen or ended.
bool Writer::share_commit(std::span<Call* const> calls) {
  if (options_.commit_within.count() == 0 || calls.empty()) return false;
  if (queue_.size() + calls.size() > kDrainAtOnce) return false;
  if (running_ <= 0) return false;
  std::size_t bytes = queue_.bytes();
  for (const Call* call : calls) bytes += Queue::bytes_of(*call->change);
  if (bytes > std::min(kSharedBytes, options_.max_queue_bytes)) return false;
  const auto now = steady_clock::now();
  if (queue_.empty()) {
    commit_by_ = now + options_.commit_within;
    wake_beside();
  } else if (now >= commit_by_) {
    return false;
  }
  keep(calls);
  return true;
}

// Runs one call. What no later try can mend is the call's own failure; the rest is thrown.
void Writer::run(Call& call) {
  if (full_ && adds_rows(call.change->statement())) {
    lose(call, Error(ErrorKind::full, describe(call.change->statement()), options_.store,
                     "maxStoreBytes (" + std::to_string(options_.max_store_bytes) +
                         ") is reached and no row may be deleted; ship or prune "
                         "the store, or raise the option"));
    return;
  }
  try {
    if (const auto remark = session_->run(*call.change)) reports_.push_back(*remark);
    call.outcome = Outcome::stored;
  } catch (const Error& failure) {
    if (failure.is_retryable()) throw;
    if (failure.kind() == ErrorKind::corrupt) session_->suspect();
    lose(call, failure);
  }
}

void Writer::store_together(std::span<Call* const> calls) {
  const std::uint64_t losses_before = unrecorded_losses_;
  std::vector<Error> hopeless;
  std::size_t drained = 0;
  try {
    storage::WriteTransaction transaction(session_->database());
    for (; drained < std::min(queue_.size(), kDrainAtOnce); ++drained) {
      Call late{.change = &queue_[drained]};
      run(late);
      if (late.error) hopeless.push_back(std::move(*late.error));
    }
    const bool all = drained == queue_.size();
    if (all) {
      for (Call* call : calls) run(*call);
    }
    if (unrecorded_losses_ > 0) {
      tables::add_losses(session_->database(), session_->writer(), unrecorded_losses_,
                         clock_->now(), last_loss_);
    }
    transaction.commit();
    recorded_losses_ += std::exchange(unrecorded_losses_, 0);
    if (std::exchange(has_noted_, false)) {
      tables::take_over_noted_losses(session_->database(), session_->writer(), clock_->now());
    }
    queue_.pop(drained);
    stored_late_ += drained - hopeless.size();
    dropped_late_ += hopeless.size();
    if (!all) keep(calls);
  } catch (...) {
    // Nothing of it was committed, so nothing of it was lost either.
    unrecorded_losses_ = losses_before;
    for (Call* call : calls) {
      call->outcome = Outcome::dropped;
      call->error.reset();
    }
    throw;
  }
  reports_.insert(reports_.end(), hopeless.begin(), hopeless.end());
}

void Writer::lose(Call& call, Error why) {
  ++unrecorded_losses_;
  last_loss_ = why.what();
  call.outcome = Outcome::dropped;
  call.error.emplace(std::move(why));
}

void Writer::keep(std::span<Call* const> calls) {
  for (Call* call : calls) {
    if (queue_.push(*call->change)) {
      call->outcome = Outcome::queued;
    } else {
      lose(*call, no_room(*call->change));
    }
  }
}

Error Writer::no_room(const Change& change) const {
  return {ErrorKind::full, describe(change.statement()), options_.store,
          "the store takes no calls now, and " + std::to_string(options_.max_queue_bytes) +
              " bytes of calls (maxQueueBytes) are already queued"};
}

void Writer::postpone(std::span<Call* const> calls, const Error& why) {
  const bool first = retry_pause_ == kFirstRetryPause;
  retry_at_ = steady_clock::now() + retry_pause_;
  retry_pause_ = std::min(retry_pause_ * 2, kLongestRetryPause);
  keep(calls);
  if (first) reports_.push_back(why);
  wake_beside();
}

// On a full disk this has room of its own, since the host may end before there is space again.
void Writer::note_losses() {
  if (unrecorded_losses_ == 0 || !session_ || session_->writer() == 0) return;
  try {
    storage::with_headroom(options_.store, [&] {
      tables::add_losses(session_->database(), session_->writer(), unrecorded_losses_,
                         clock_->now(), last_loss_);
    });
    recorded_losses_ += std::exchange(unrecorded_losses_, 0);
  } catch (const Error&) {
    // The next call tries to record them, or the next process.
    has_noted_ =
        storage::note_losses(options_.store, {.writer = session_->writer(),
                                              .calls = recorded_losses_ + unrecorded_losses_,
                                              .reason = last_loss_});
  }
  (void)storage::make_reserve(options_.store);
}

// A store that is no longer at its path would take rows that nobody ever sees.
void Writer::leave_moved_files() {
  using State = storage::Place::State;
  const auto state = session_ ? session_->look() : State::unchanged;
  if (state == State::unchanged) return;
  const auto now = steady_clock::now();
  if (moved_since_ == steady_clock::time_point{}) moved_since_ = now;
  std::string happened;
  {
    const storage::FolderLock others(options_.store, std::min(options_.busy_timeout, kLeavingStep));
    // Somebody, perhaps this process, writes the old log into the store. One that has been stopped
    // meanwhile is not waited for without end.
    const bool is_lent = second_ && second_.use_count() > 1;
    if (undisturbed_ || is_lent || (!others.held() && now - moved_since_ < kLeavingPatience)) {
      throw Error(ErrorKind::busy, "record in", options_.store,
                  "its files were moved or removed during a checkpoint; "
                  "recording continues after that");
    }
    // Somebody who begins it anew may have been in the middle of that.
    if (state == State::log_cut && session_->look() != state) {
      moved_since_ = {};
      return;
    }
    left_log_ = state != State::store_left && state != State::store_cut;
    happened = session_->leave(state);
    second_.reset();
    session_.reset();
  }
  moved_since_ = {};
  reports_.emplace_back(ErrorKind::io, "record in", options_.store, happened);
  checkpoints_.forget_log();
  storage::wait_until_settled(options_.store);
}

// Whether the log may be written into the store, which is over when undisturbed_ is reset.
bool Writer::begin_checkpoint(milliseconds patience) {
  undisturbed_.emplace(options_.store, patience, storage::FolderLock::Hold::shared);
  if (undisturbed_->held() && session_->look() == storage::Place::State::unchanged) return true;
  undisturbed_.reset();
  return false;
}

// Opened by the leader, right after it has seen that the files are in their places, and used by the
// thread beside: one that is opened there might take another store's file for this one.
std::shared_ptr<storage::Database> Writer::second_connection() {
  if (second_ == nullptr && session_) {
    storage::OpenOptions open;
    open.access = storage::Access::read_write;
    second_ = std::make_shared<storage::Database>(options_.store, open);
    sqlite3_db_config(second_->handle().getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  return second_;
}

void Writer::check_size() {
  if (options_.max_store_bytes == 0 || commits_ % kCommitsBetweenSizes != 0) return;
  const bool over = storage::used_bytes(session_->database()) > options_.max_store_bytes;
  if (!over) full_ = false;
  if (over && options_.when_full == WhenFull::refuse) full_ = true;
  if (over && options_.when_full == WhenFull::keep_newest) {
    prune_wanted_ = tables::CentreRecord(session_->database()).deletable() != pruned_at_;
    full_ = !prune_wanted_;
    size_goal_ = options_.max_store_bytes / 10 * 9;
    if (prune_wanted_) wake_beside();
  }
}

void Writer::after_commit() {
  ++commits_;
  checkpoints_.committed(session_->wal_bytes());
  session_->allow_growth(checkpoints_.has_room());
  if (checkpoints_.are_wanted()) wake_beside();
}

void Writer::wake_beside() {
  if (!wanted_.exchange(true)) alarm_.ring();
}

void Writer::work_beside() noexcept {
  Rest rest;
  while (!closing_) {
    if (!wanted_) alarm_.wait(rest.at_most);
    if (closing_) break;
    wanted_ = false;
    try {
      rest = look_after();
    } catch (const Error& failure) {
      report_beside(failure);
      rest = {.breath = kLongestRetryPause};
    } catch (const std::exception& failure) {
      report_beside(Error(ErrorKind::io, "do maintenance of", options_.store, failure.what()));
      rest = {.breath = kLongestRetryPause};
    }
    if (rest.breath) {
      // Not a poll: something is known to wait for time to pass. Who wants more work meanwhile need
      // not ring.
      wanted_ = true;
      alarm_.wait(rest.breath);
    }
  }
  end();
  let_go();
}

// While the host listens.
void Writer::report_beside(const Error& error) {
  const InCall in_call(this);
  const std::lock_guard lock(reporting_);
  if (!silent_) report_(error);
}

template <typename Work>
void Writer::lead_beside(Work&& work) {
  Reports reports;
  {
    std::unique_lock lock(mutex_);
    ++sleepers_;
    turn_.wait(lock, [this] { return !leading_; });
    --sleepers_;
    reports = lead(lock, work);
  }
  for (const Error& error : reports) report_beside(error);
}

// One round of the work beside the calls.
Writer::Rest Writer::look_after() {
  using Next = Checkpoints::Next;
  bool waiting = false;
  bool pruning = false;
  std::optional<milliseconds> shared;  // how long calls may still wait for others
  Next next = Next::nothing;
  std::shared_ptr<storage::Database> second;
  lead_beside([&] {
    undisturbed_.reset();  // if the round before came to nothing
    try {
      leave_moved_files();
    } catch (const Error&) {
      waiting = true;  // for whoever writes the log of before
      return;
    }
    const auto now = steady_clock::now();
    if (!queue_.empty() && now < commit_by_) {
      shared = std::chrono::ceil<milliseconds>(commit_by_ - now);
    } else if (!queue_.empty() || unrecorded_losses_ > 0) {
      store({});
    }
    if (disk_full_) relieve_disk();
    if (prune_wanted_) make_room();
    pruning = prune_wanted_;
    waiting = (!queue_.empty() && !shared) || pruning;
    if (session_) next = checkpoints_.next();
    if (next == Next::copy && !begin_checkpoint()) {
      checkpoints_.try_again();
      next = Next::later;
    }
    if (pruning || next == Next::copy) {
      try {
        second = second_connection();
      } catch (const Error& failure) {
        if (const auto news = checkpoints_.failed(failure)) reports_.push_back(*news);
      }
    }
  });
  if (pruning && second) {
    eviction_.look(*second);
  } else {
    eviction_.stop();
  }
  const auto rest = [&](bool more) {
    return more ? Rest{.breath = kBreath} : Rest{.at_most = shared};
  };
  if (next != Next::copy) return rest(waiting || next == Next::later);
  Checkpoints::Copied copied;
  if (second) copied = Checkpoints::copy(*second);
  {
    // By this thread, and not by a call.
    const std::lock_guard lock(mutex_);
    begins_anew_ = copied.all;
    held_back_ |= copied.all;
  }
  lead_beside([&] {
    begins_anew_ = false;
    const EndOf<std::optional<storage::FolderLock>> undisturbed(undisturbed_);
    if (!std::exchange(second, nullptr)) return;
    if (const auto news = checkpoints_.copied(copied, *session_)) reports_.push_back(*news);
    disk_full_ |= copied.failure && copied.failure->kind() == ErrorKind::full;
    if (copied.failure) session_->suspect();
    waiting |= disk_full_ || copied.others_do || checkpoints_.hold_calls();
  });
  return rest(waiting);
}

// Makes room where there is none: the log keeps pages that it has outgrown, and the store trees
// that need not be kept.
void Writer::relieve_disk() {
  if (!session_) return;
  checkpoints_.measure_disk();
  try {
    session_->allow_growth(checkpoints_.has_room());
    // Of which little may be in use.
    std::error_code none;
    const auto log = std::filesystem::file_size(storage::beside(options_.store, "-wal"), none);
    if (!none && log > storage::kLogRoom && begin_checkpoint()) {
      const EndOf<std::optional<storage::FolderLock>> undisturbed(undisturbed_);
      storage::with_headroom(options_.store, [&] { session_->cut_wal(); });
      checkpoints_.forget_log();
      checkpoints_.measure_disk();
      session_->allow_growth(checkpoints_.has_room());
      retry_at_ = {};
    }
  } catch (const Error&) {
    // It is tried again with the calls that wait.
  }
  (void)storage::make_reserve(options_.store);
  if (options_.when_full != WhenFull::keep_newest || prune_wanted_) return;
  try {
    if (tables::CentreRecord(session_->database()).deletable() == pruned_at_) return;
    size_goal_ = storage::used_bytes(session_->database()) / 10 * 9;
    prune_wanted_ = true;
  } catch (const Error&) {
    // The same.
  }
}

// One step on the way to a store some way below its bound. The leader's, so the calls come between
// the steps.
void Writer::make_room() {
  prune_wanted_ = false;
  if (!session_) return;
  try {
    const std::uint64_t used = storage::used_bytes(session_->database());
    if (used <= size_goal_) return;
    if (const auto shipped = eviction_.in_vain()) {
      pruned_at_ = *shipped;
      return;
    }
    prune_wanted_ = true;
    eviction_.remove(session_->database(), used - size_goal_);
  } catch (const Error& failure) {
    if (failure.kind() == ErrorKind::busy) return;  // Its next step comes soon.
    prune_wanted_ = false;
    reports_.push_back(failure);
  }
}

Health Writer::close(milliseconds timeout) {
  Health left;
  {
    std::unique_lock lock(mutex_);
    if (!closing_) {
      const auto now = steady_clock::now();
      close_by_ = now + timeout;
      give_up_at_ = now + timeout * 3 / 4;
      closing_ = true;
      alarm_.ring();
    }
    ++sleepers_;
    const bool ended = turn_.wait_until(lock, close_by_, [this] { return ended_; });
    --sleepers_;
    if (ended) return health_;
    left = health_;
  }
  const std::lock_guard lock(reporting_);
  silent_ = true;
  return left;
}

// The last work of the thread beside.
void Writer::end() {
  std::unique_ptr<Session> ending;
  try {
    for (bool more = true; more;) {
      lead_beside([&] { more = store_the_rest(); });
      if (more) std::this_thread::sleep_for(std::min(retry_pause_, kLongestClosingPause));
    }
    lead_beside([&] {
      give_up_the_rest();
      second_.reset();
      // Another recorder may be opening a store in this folder. If the files are being moved, the
      // log stays as it is.
      if (session_ && !begin_checkpoint(storage::FolderLock::kPatience)) session_->keep_log();
      ending = std::move(session_);
    });
    // The last one who closes a store has it for itself while it empties the log, so what takes
    // long is done before.
    if (ending && undisturbed_) (void)Checkpoints::copy(ending->database());
  } catch (const std::exception& failure) {
    report_beside(Error(ErrorKind::io, "close", options_.store, failure.what()));
  }
  ending.reset();
  undisturbed_.reset();
  const std::lock_guard lock(mutex_);
  health_.wal_bytes = 0;
  ended_ = true;
  turn_.notify_all();
}

// True if there is more, and time to try again.
bool Writer::store_the_rest() {
  try {
    leave_moved_files();
  } catch (const Error&) {
    if (steady_clock::now() < give_up_at_) return true;
  }
  retry_at_ = {};
  const std::size_t before = queue_.size();
  if (before > 0 || unrecorded_losses_ > 0) store({});
  if (disk_full_) relieve_disk();
  return !queue_.empty() && (queue_.size() < before || steady_clock::now() < give_up_at_);
}

void Writer::give_up_the_rest() {
  closed_ = true;
  if (!queue_.empty()) {
    reports_.emplace_back(ErrorKind::io, "close", options_.store,
                          std::to_string(queue_.size()) + " queued calls could not be stored");
    last_loss_ = reports_.back().what();
    dropped_late_ += queue_.size();
    unrecorded_losses_ += queue_.size();
    queue_.pop(queue_.size());
  }
  note_losses();
  if (!session_) return;
  try {
    storage::with_headroom(options_.store, [this] {
      tables::close_writer(session_->database(), session_->writer(), clock_->now());
    });
  } catch (const Error& failure) {
    reports_.push_back(failure);
  }
}

Health Writer::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace edo::recorder
