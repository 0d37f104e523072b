// The calls of one thread that wait to be stored together. Belongs to that thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "edo/recorder.hpp"
#include "recorder/change.hpp"
#include "recorder/committer.hpp"
#include "recorder/queue.hpp"

namespace edo::recorder {

class Core;

class Gathering {
 public:
  // From now on this thread's calls to `core` come here.
  explicit Gathering(Core& core) noexcept;
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;
  // Commits, and lets the calls go where they went before.
  ~Gathering();

  // The one that gathers for `core` in this thread, or null.
  [[nodiscard]] static Gathering* of(const Core& core) noexcept {
    Gathering* found = newest;
    while (found != nullptr && &found->core_ != &core) found = found->older_;
    return found;
  }

  // Keeps a copy of the change; commits when there is no room for it.
  Outcome add(const Change& change);
  // After what commit_later() was given.
  Outcome commit() noexcept;
  void commit_later(Committer::Done done) noexcept;

 private:
  void heed_fork() noexcept;
  // All of this thread, linked from the newest to the oldest.
  static thread_local Gathering* newest;

  Core& core_;
  Gathering* older_;
  Queue changes_;
  std::unique_ptr<Committer> committer_;  // from the first commit_later() on
  std::uint64_t generation_;
};

}  // namespace edo::recorder
