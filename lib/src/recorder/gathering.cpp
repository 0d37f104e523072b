#include "recorder/gathering.hpp"

#include <exception>
#include <utility>

#include "base/fork.hpp"
#include "recorder/recorder_state.hpp"

namespace edo {
namespace recorder {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

// An id that the host gave may exist already, and only a start that is stored at once knows which
// id has replaced it.
bool names_its_row(const Change& change) {
  return change.kind() == ChangeKind::start_invocation && change[0].row->is_named;
}

}  // namespace

thread_local Gathering* Gathering::newest = nullptr;

Gathering::Gathering(RecorderState& recorder) noexcept
    : state_(recorder), older_(newest), changes_(kMostBytes), generation_(base::fork_generation()) {
  newest = this;
}

Gathering::~Gathering() {
  (void)commit();
  Gathering** link = &newest;
  while (*link != this) link = &(*link)->older_;
  *link = older_;
}

// A forked child inherits changes that its parent stores, and none of its threads.
void Gathering::heed_fork() noexcept {
  if (generation_ == base::fork_generation()) return;
  changes_.pop(changes_.size());
  (void)commit_thread_.release();
  generation_ = base::fork_generation();
}

Outcome Gathering::add(const Change& change) {
  heed_fork();
  if (names_its_row(change)) {
    (void)commit();
    return state_.store(change);
  }
  if (changes_.push(change)) return Outcome::queued;
  (void)commit();
  // A single change may be larger than the bound.
  return changes_.push(change) ? Outcome::queued : state_.store(change);
}

Outcome Gathering::commit() noexcept {
  heed_fork();
  if (commit_thread_) commit_thread_->finish();
  if (changes_.empty()) return Outcome::stored;
  const Outcome outcome = state_.store(changes_);
  changes_.pop(changes_.size());
  return outcome;
}

void Gathering::commit_later(CommitThread::Done done) noexcept {
  heed_fork();
  try {
    if (!commit_thread_) commit_thread_ = std::make_unique<CommitThread>(state_, kMostBytes);
    commit_thread_->add(changes_, done);
  } catch (const std::exception&) {
    // If memory or a thread is lacking, this thread commits.
    done(commit());
  }
}

}  // namespace recorder

struct Group::State {
  explicit State(std::shared_ptr<recorder::RecorderState> shared)
      : recorder(std::move(shared)), gathering(*recorder) {}

  std::shared_ptr<recorder::RecorderState> recorder;
  recorder::Gathering gathering;
};

Group::Group(Recorder& recorder)
    : state_(recorder.state_ ? std::make_unique<State>(recorder.state_) : nullptr) {}

Group::~Group() = default;

void Group::commit_later(std::function<void(Outcome)> done) noexcept {
  if (state_) return state_->gathering.commit_later(std::move(done));
  done(Outcome::disabled);
}

Outcome Group::commit() noexcept { return state_ ? state_->gathering.commit() : Outcome::disabled; }

}  // namespace edo
