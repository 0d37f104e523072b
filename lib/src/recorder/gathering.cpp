#include "recorder/gathering.hpp"

#include <algorithm>

#include "base/fork.hpp"
#include "recorder/core.hpp"

namespace edo {
namespace recorder {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

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

Outcome Gathering::add(const Change& change) {
  if (generation_ != base::fork_generation()) {
    changes_.pop(changes_.size());
    generation_ = base::fork_generation();
  }
  if (changes_.push(change)) return Outcome::queued;
  (void)commit();
  // Alone it may still be more than there is room for.
  return changes_.push(change) ? Outcome::queued : core_.store(change);
}

Outcome Gathering::commit() noexcept {
  if (changes_.empty()) return Outcome::stored;
  Outcome outcome = Outcome::stored;
  if (generation_ == base::fork_generation()) outcome = core_.store(changes_);
  changes_.pop(changes_.size());
  return outcome;
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

Outcome Group::commit() noexcept { return state_ ? state_->gathering.commit() : Outcome::disabled; }

}  // namespace edo
