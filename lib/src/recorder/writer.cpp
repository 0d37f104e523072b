#include "recorder/writer.hpp"

#include <signal.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "base/fork.hpp"
#include "storage/beside.hpp"
#include "storage/fork.hpp"
#include "storage/reserve.hpp"
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
// The background empties the write-ahead log from this size on, when the host takes a breath or
// half of the bound is reached.
constexpr std::uint64_t kWorthCheckpointing = std::uint64_t{4} << 20;
constexpr milliseconds kBreath{20};
// After a reader was in the way of emptying the log, how much it grows before the next try.
constexpr std::uint64_t kRestartStep = std::uint64_t{4} << 20;
constexpr std::chrono::seconds kPatienceWithReaders{2};
constexpr std::chrono::seconds kStuckReportEvery{30};
// The size of the store is looked at every so many commits.
constexpr std::uint64_t kCommitsBetweenSizes = 64;

// The host's signals are for the host's threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

bool adds_rows(Statement statement) {
  return statement == Statement::start_invocation || statement == Statement::start_event ||
         statement == Statement::start_job || statement == Statement::log;
}

}  // namespace

Writer::Writer(const Options& options, const base::Clock& clock, Report report, Open open)
    : options_(options),
      clock_(clock),
      report_(std::move(report)),
      generation_(base::fork_generation()),
      queue_(options.max_queue_bytes),
      retry_pause_(kFirstRetryPause),
      next_restart_at_(options.max_wal_bytes),
      eviction_(options, clock),
      alarm_(storage::name_of(options.store)) {
  if (open == Open::now) {
    const storage::InsideSqlite inside;
    try {
      open_session();
    } catch (const Error& failure) {
      // The store is ours and somebody else is writing: the first call can wait for that as well.
      if (!session_ || failure.kind() != ErrorKind::busy) throw;
    }
  }
  const SignalsBlocked blocked;
  beside_ = std::thread([this] { work_beside(); });
}

Writer::~Writer() { close(); }

// Does what is still to be done of it: rows must not be stored before the process is registered, or
// nobody could tell that they crashed.
void Writer::open_session() {
  if (session_ && session_->writer() != 0) return;
  const storage::FolderLock others(options_.store);
  if (!session_) session_.emplace(options_);
  alarm_.watch(storage::folder_of(options_.store));
  tables::mark_crashed(session_->database(), clock_.now());
  session_->set_writer(tables::register_writer(session_->database(), clock_.now()));
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
  {
    std::unique_lock lock(mutex_);
    waiting_.reserve(waiting_.size() + calls.size());
    for (Call& call : calls) waiting_.push_back(&call);
    const Call& last = calls.back();
    wait_for_turn(lock, [&] { return last.done; });
    if (!last.done) {
      batch_.swap(waiting_);
      lead(lock, [this] { store(batch_); });
    }
  }
  for (const Call& call : calls) {
    if (call.error) report_(*call.error);
  }
}

template <typename Ready>
void Writer::wait_for_turn(std::unique_lock<std::mutex>& lock, Ready&& ready) {
  ++sleepers_;
  turn_.wait(lock, [&] { return ready() || !leading_; });
  --sleepers_;
}

template <typename Work>
void Writer::lead(std::unique_lock<std::mutex>& lock, Work&& work) {
  leading_ = true;
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
  health_.stored += std::exchange(stored_late_, 0);
  health_.dropped += std::exchange(dropped_late_, 0);
  health_.queued = queue_.size();
  health_.wal_bytes = session_ ? session_->wal_bytes() : 0;
  if (sleepers_ > 0) turn_.notify_all();
  if (failure) std::rethrow_exception(failure);
}

void Writer::store(std::span<Call* const> calls) {
  if (closed_) {
    for (Call* call : calls) {
      call->error.emplace(ErrorKind::closed, std::string(describe(call->change->statement())) +
                                                 " in " + options_.store +
                                                 ": the recorder is closed");
    }
    return;
  }
  if (!queue_.empty() && steady_clock::now() < retry_at_) {
    keep(calls);
    return;
  }
  const storage::InsideSqlite inside;
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
    if (unrecorded_losses_ > 0) wake_beside();
    after_commit();
  } catch (const Error& failure) {
    postpone(calls, failure);
    if (failure.kind() == ErrorKind::full) note_losses();
  } catch (const std::exception& failure) {
    for (Call* call : calls) {
      if (call->outcome != Outcome::dropped || call->error) continue;
      lose(*call, Error(ErrorKind::io, std::string(describe(call->change->statement())) + " in " +
                                           options_.store + ": " + failure.what()));
    }
  }
}

// Runs one call. What no later try can mend is the call's own failure; the rest is thrown.
void Writer::run(Call& call) {
  if (full_ && adds_rows(call.change->statement())) {
    lose(call, Error(ErrorKind::full,
                     std::string(describe(call.change->statement())) + " in " + options_.store +
                         ": maxStoreBytes (" + std::to_string(options_.max_store_bytes) +
                         ") is reached and nothing may be deleted; ship or prune, or raise it"));
    return;
  }
  try {
    session_->run(*call.change);
    call.outcome = Outcome::stored;
  } catch (const Error& failure) {
    if (failure.is_retryable()) throw;
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
      tables::add_losses(session_->database(), session_->writer(), unrecorded_losses_, clock_.now(),
                         last_loss_);
    }
    transaction.commit();
    unrecorded_losses_ = 0;
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
  for (const Error& error : hopeless) report_(error);
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
      lose(*call, Error(ErrorKind::full, std::string(describe(call->change->statement())) + " in " +
                                             options_.store + ": the store takes nothing now and " +
                                             std::to_string(options_.max_queue_bytes) +
                                             " bytes (maxQueueBytes) already wait in memory"));
    }
  }
}

void Writer::postpone(std::span<Call* const> calls, const Error& why) {
  const bool first = queue_.empty();
  retry_at_ = steady_clock::now() + retry_pause_;
  retry_pause_ = std::min(retry_pause_ * 2, kLongestRetryPause);
  keep(calls);
  if (first) report_(why);
  wake_beside();
}

// On a full disk this has room of its own, since the host may end before there is space again.
void Writer::note_losses() {
  if (unrecorded_losses_ == 0 || !session_ || session_->writer() == 0) return;
  try {
    storage::with_headroom(options_.store, [&] {
      tables::add_losses(session_->database(), session_->writer(), unrecorded_losses_, clock_.now(),
                         last_loss_);
    });
    unrecorded_losses_ = 0;
  } catch (const Error&) {
    // They stay on the account that the next call tries to settle.
  }
  (void)storage::make_reserve(options_.store);
}

// A store that is no longer at its path would take rows that nobody ever sees.
void Writer::leave_moved_files() {
  const auto state = session_ ? session_->look() : storage::Place::State::unchanged;
  if (state == storage::Place::State::unchanged) return;
  second_.reset();
  std::string happened;
  {
    const storage::FolderLock others(options_.store);
    happened = session_->leave(state);
    session_.reset();
  }
  report_(Error(ErrorKind::io, happened));
  storage::wait_until_settled(options_.store);
}

// Opened by the leader, right after it has seen that the files are in their places, and used by the
// thread beside: one that is opened there might take another store's file for this one.
std::shared_ptr<storage::Database> Writer::second_connection() {
  if (second_ == nullptr && session_) {
    storage::OpenOptions open;
    open.access = storage::Access::read_write;
    // The last one who uses it closes it, which may be either thread.
    const auto close = [](const storage::Database* database) {
      const storage::InsideSqlite inside;
      delete database;
    };
    second_.reset(new storage::Database(options_.store, open), close);
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
    if (prune_wanted_) wake_beside();
  }
}

void Writer::after_commit() {
  ++commits_;
  const std::uint64_t wal = session_->wal_bytes();
  if (wal < next_restart_at_) {
    if (wal < kWorthCheckpointing) {
      next_restart_at_ = options_.max_wal_bytes;
      stuck_since_ = {};
    } else {
      wake_beside();
    }
    return;
  }
  if (session_->restart_wal()) {
    next_restart_at_ = options_.max_wal_bytes;
    stuck_since_ = {};
    return;
  }
  next_restart_at_ = wal + kRestartStep;
  // Somebody who reads for a moment is nothing to tell of.
  const auto now = steady_clock::now();
  if (stuck_since_ == steady_clock::time_point{}) stuck_since_ = now;
  if (now - stuck_since_ > kPatienceWithReaders) {
    stuck_since_ = now + kStuckReportEvery;
    report_(Error(ErrorKind::busy,
                  "checkpoint " + options_.store + ": a reader keeps " + std::to_string(wal >> 20) +
                      " MB of write-ahead log from being used again; find who has had the file "
                      "open for long (fuser -v " +
                      options_.store + ")"));
  }
}

void Writer::wake_beside() {
  if (!wanted_.exchange(true)) alarm_.ring();
}

void Writer::work_beside() {
  while (!stopping_) {
    if (!wanted_) alarm_.wait();
    if (stopping_) return;
    wanted_ = false;
    bool more = false;
    try {
      more = look_after();
    } catch (const Error& failure) {
      report_(failure);
    } catch (const std::exception& failure) {
      report_(Error(ErrorKind::io, "look after " + options_.store + ": " + failure.what()));
    }
    if (more) {
      // Not a poll: something is known to wait for time to pass. Who wants more work meanwhile need
      // not ring.
      wanted_ = true;
      alarm_.wait(kBreath);
    }
  }
}

// One round of the work beside the calls. True if there is more to do later.
bool Writer::look_after() {
  bool waiting = false;
  bool pruning = false;
  std::uint64_t commits = 0;
  std::uint64_t wal = 0;
  std::shared_ptr<storage::Database> second;
  {
    std::unique_lock lock(mutex_);
    wait_for_turn(lock, [] { return false; });
    lead(lock, [&] {
      if (closed_) return;
      const storage::InsideSqlite inside;
      leave_moved_files();
      if (!queue_.empty() || unrecorded_losses_ > 0) store({});
      if (prune_wanted_) make_room();
      pruning = prune_wanted_;
      waiting = !queue_.empty() || pruning;
      commits = commits_;
      wal = session_ ? session_->wal_bytes() : 0;
      if (pruning || wal >= kWorthCheckpointing) second = second_connection();
    });
  }
  if (pruning && second) {
    eviction_.look(*second);
  } else {
    eviction_.stop();
  }
  if (wal < kWorthCheckpointing) {
    seen_commits_ = commits;
    return waiting;
  }
  // A host that writes at full speed is left alone until half of the bound; one that pauses has
  // its log emptied in the pause.
  const bool breathing = commits == seen_commits_;
  seen_commits_ = commits;
  if (commits == checkpointed_commits_) return waiting;
  if (!breathing && wal < options_.max_wal_bytes / 2) return true;
  checkpointed_commits_ = commits;
  checkpoint(*second);
  return waiting;
}

void Writer::checkpoint(storage::Database& database) {
  const storage::InsideSqlite inside;
  try {
    // A connection that has read nothing yet does not know of the log, and would do nothing.
    (void)database.integer("PRAGMA schema_version");
    sqlite3_wal_checkpoint_v2(database.handle().getHandle(), "main", SQLITE_CHECKPOINT_PASSIVE,
                              nullptr, nullptr);
  } catch (const Error& failure) {
    report_(failure);
  }
}

// One step on the way to a store some way below its bound. The leader's, so the calls come between
// the steps.
void Writer::make_room() {
  prune_wanted_ = false;
  if (!session_) return;
  const storage::InsideSqlite inside;
  try {
    const std::uint64_t used = storage::used_bytes(session_->database());
    const std::uint64_t goal = options_.max_store_bytes / 10 * 9;
    if (used <= goal) return;
    if (const auto shipped = eviction_.in_vain()) {
      pruned_at_ = *shipped;
      return;
    }
    prune_wanted_ = true;
    eviction_.remove(session_->database(), used - goal);
  } catch (const Error& failure) {
    if (failure.kind() == ErrorKind::busy) return;  // Its next step comes soon.
    prune_wanted_ = false;
    report_(failure);
  }
}

void Writer::close() {
  std::call_once(stopped_, [this] {
    stopping_ = true;
    alarm_.ring();
    beside_.join();
  });
  std::unique_lock lock(mutex_);
  wait_for_turn(lock, [] { return false; });
  lead(lock, [this] {
    if (closed_) return;
    retry_at_ = {};
    std::size_t before = 0;
    do {
      before = queue_.size();
      if (before > 0 || unrecorded_losses_ > 0) store({});
    } while (queue_.size() < before);
    if (!queue_.empty()) {
      report_(Error(ErrorKind::io, "close " + options_.store + ": " +
                                       std::to_string(queue_.size()) +
                                       " calls that waited in memory could not be stored"));
      dropped_late_ += queue_.size();
      queue_.pop(queue_.size());
    }
    const storage::InsideSqlite inside;
    second_.reset();
    try {
      if (session_) tables::close_writer(session_->database(), session_->writer(), clock_.now());
    } catch (const Error& failure) {
      report_(failure);
    }
    session_.reset();
    closed_ = true;
  });
}

Health Writer::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace edo::recorder
