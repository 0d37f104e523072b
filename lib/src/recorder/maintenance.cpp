#include "recorder/maintenance.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Next = Checkpoints::Next;

constexpr milliseconds kPause{20};
constexpr milliseconds kLongestClosingPause{50};

}  // namespace

Maintenance::Maintenance(const Options& options, CommitGroup& group, CallWriter& writer,
                         Wakeup& wakeup, Report report)
    : options_(options),
      group_(group),
      writer_(writer),
      wakeup_(wakeup),
      report_(std::move(report)) {}

void Maintenance::report(const Error& error) {
  const std::lock_guard lock(reporting_);
  if (!silent_) report_(error);
}

void Maintenance::silence() {
  const std::lock_guard lock(reporting_);
  silent_ = true;
}

template <typename Work>
void Maintenance::lead(Work&& work) {
  for (const Error& error : group_.lead_when_free(std::forward<Work>(work))) report(error);
}

void Maintenance::run() noexcept {
  Rest rest;
  while (!group_.is_closing()) {
    wakeup_.wait_for_work(rest.at_most);
    if (group_.is_closing()) break;
    wakeup_.take_work();
    rest = work_or_report();
    if (rest.pause) wakeup_.pause(*rest.pause);
  }
  end();
}

Maintenance::Rest Maintenance::work_or_report() {
  try {
    return work();
  } catch (const Error& failure) {
    report(failure);
  } catch (const std::exception& failure) {
    report(Error(ErrorKind::io, "maintain", options_.store, failure.what()));
  }
  return {.pause = RetryQueue::kLongestPause};
}

Maintenance::Rest Maintenance::work() {
  Round round;
  lead([&] { begin(round); });
  if (round.finds_trees && round.connection) {
    writer_.size().find(*round.connection);
  } else {
    writer_.size().stop_finding();
  }
  if (round.checkpoint == Next::copy) checkpoint(round);
  if (round.waits || round.checkpoint == Next::later) return {.pause = kPause};
  return {.at_most = round.time_to_share};
}

void Maintenance::begin(Round& round) {
  RetryQueue& queue = writer_.queue();
  writer_.opened().end_checkpoint();  // if the round before came to nothing
  try {
    writer_.leave_moved_files();
  } catch (const Error&) {
    round.waits = true;  // for the process that writes the log into the store that was left
    return;
  }
  round.time_to_share = queue.time_to_share();
  const bool has_calls = !queue.empty() || writer_.dropped().unrecorded() > 0;
  if (has_calls && !round.time_to_share) writer_.store_queued();
  if (writer_.is_disk_full()) writer_.relieve_disk();
  if (writer_.size().must_prune()) writer_.size().prune(writer_.session(), writer_.reports());
  round.finds_trees = writer_.size().must_prune();
  round.waits = (!queue.empty() && !round.time_to_share) || round.finds_trees;
  begin_checkpoint(round);
}

void Maintenance::begin_checkpoint(Round& round) {
  Checkpoints& checkpoints = writer_.checkpoints();
  if (writer_.session() != nullptr) round.checkpoint = checkpoints.next();
  if (round.checkpoint == Next::copy && !writer_.opened().begin_checkpoint()) {
    checkpoints.try_again();
    round.checkpoint = Next::later;
  }
  if (!round.finds_trees && round.checkpoint != Next::copy) return;
  try {
    round.connection = writer_.opened().maintenance_connection();
  } catch (const Error& failure) {
    if (const auto error = checkpoints.failed(failure)) writer_.report(*error);
  }
}

void Maintenance::checkpoint(Round& round) {
  Checkpoints::Copied copied;
  if (round.connection) copied = Checkpoints::copy(*round.connection);
  // If all of the log is in the store, this thread begins the log anew, and no call does.
  group_.set_log_restart(copied.all);
  lead([&] {
    group_.end_log_restart();
    const CheckpointEnd end(writer_.opened());
    if (!std::exchange(round.connection, nullptr)) return;
    Checkpoints& checkpoints = writer_.checkpoints();
    if (const auto error = checkpoints.copied(copied, *writer_.session())) writer_.report(*error);
    if (copied.failure) writer_.checkpoint_failed(*copied.failure);
    round.waits |= writer_.is_disk_full() || copied.others_do || checkpoints.hold_calls();
  });
}

void Maintenance::end() {
  std::unique_ptr<Session> ending;
  try {
    milliseconds pause{0};
    for (bool more = true; more;) {
      std::this_thread::sleep_for(pause);
      lead([&] {
        more = store_the_rest();
        pause = std::min(writer_.queue().pause(), kLongestClosingPause);
      });
    }
    lead([&] {
      writer_.close();
      ending = writer_.opened().release();
    });
    // The last connection to a store has it alone while it empties the log, so the long part is
    // done before.
    if (ending && writer_.opened().is_checkpointing()) (void)Checkpoints::copy(ending->database());
  } catch (const std::exception& failure) {
    report(Error(ErrorKind::io, "close", options_.store, failure.what()));
  }
  ending.reset();
  writer_.opened().end_checkpoint();
  group_.end();
}

// True if there is more, and time to try again.
bool Maintenance::store_the_rest() {
  const auto give_up_at = group_.give_up_at();
  try {
    writer_.leave_moved_files();
  } catch (const Error&) {
    if (steady_clock::now() < give_up_at) return true;
  }
  RetryQueue& queue = writer_.queue();
  queue.end_pause();
  const std::size_t before = queue.size();
  if (before > 0 || writer_.dropped().unrecorded() > 0) writer_.store_queued();
  if (writer_.is_disk_full()) writer_.relieve_disk();
  return !queue.empty() && (queue.size() < before || steady_clock::now() < give_up_at);
}

}  // namespace edo::recorder
