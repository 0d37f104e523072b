#include "recorder/gathering.hpp"

#include <exception>
#include <utility>

#include "base/fork.hpp"
#include "recorder/core.hpp"

namespace edo {
namespace recorder {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

// An id of the host's may be taken, and only a start that is stored at once knows what has replaced
// it.
bool names_its_row(const Change& change) {
  return change.statement() == Statement::start_invocation && change[0].row->is_named;
}

}  // namespace

thread_local Gathering* Gathering::newest = nullptr;

Gathering::Gathering(Core& core) noexcept
    : core_(core), older_(newest), changes_(kMostBytes), generation_(base::fork_generation()) {
  newest = this;
}

Gathering::~Gathering() {
  (void)commit();
  Gathering** link = &newest;
  while (*link != this) link = &(*link)->older_;
  *link = older_;
}

// A forked child inherits what is for its parent to store, and none of its threads.
void Gathering::heed_fork() noexcept {
  if (generation_ == base::fork_generation()) return;
  changes_.pop(changes_.size());
  (void)committer_.release();
  generation_ = base::fork_generation();
}

Outcome Gathering::add(const Change& change) {
  heed_fork();
  if (names_its_row(change)) {
    (void)commit();
    return core_.store(change);
  }
  if (changes_.push(change)) return Outcome::queued;
  (void)commit();
  // Alone it may still be more than there is room for.
  return changes_.push(change) ? Outcome::queued : core_.store(change);
}

Outcome Gathering::commit() noexcept {
  heed_fork();
  if (committer_) committer_->finish();
  if (changes_.empty()) return Outcome::stored;
  const Outcome outcome = core_.store(changes_);
  changes_.pop(changes_.size());
  return outcome;
}

void Gathering::commit_later(Committer::Done done) noexcept {
  heed_fork();
  try {
    if (!committer_) committer_ = std::make_unique<Committer>(core_, kMostBytes);
    committer_->add(changes_, done);
  } catch (const std::exception&) {
    // Without memory or a thread for it, it is done here.
    done(commit());
  }
}

}  // namespace recorder

struct Group::State {
  explicit State(std::shared_ptr<recorder::Core> shared)
      : core(std::move(shared)), gathering(*core) {}

  std::shared_ptr<recorder::Core> core;
  recorder::Gathering gathering;
};

Group::Group(Recorder& recorder)
    : state_(recorder.core_ ? std::make_unique<State>(recorder.core_) : nullptr) {}

Group::~Group() = default;

void Group::commit_later(std::function<void(Outcome)> done) noexcept {
  if (state_) return state_->gathering.commit_later(std::move(done));
  done(Outcome::disabled);
}

Outcome Group::commit() noexcept { return state_ ? state_->gathering.commit() : Outcome::disabled; }

}  // namespace edo
