// The calls of one thread that wait for the commit of a Group. Belongs to that thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "edo/recorder.hpp"
#include "recorder/change.hpp"
#include "recorder/commit_thread.hpp"
#include "recorder/queue.hpp"

namespace edo::recorder {

class RecorderState;

class Gathering {
 public:
  // From now on this thread's calls to `recorder` come here.
  explicit Gathering(RecorderState& recorder) noexcept;
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;
  // Commits. Later calls go to the group or store that they went to before.
  ~Gathering();

  // The newest of this thread for `recorder`, or null.
  [[nodiscard]] static Gathering* of(const RecorderState& recorder) noexcept {
    Gathering* found = newest;
    while (found != nullptr && &found->state_ != &recorder) found = found->older_;
    return found;
  }

  // Keeps a copy of the change; commits first if there is no room for it.
  Outcome add(const Change& change);
  // Waits for what commit_later() was given, then commits.
  Outcome commit() noexcept;
  void commit_later(CommitThread::Done done) noexcept;

 private:
  void heed_fork() noexcept;
  // All of this thread, linked from the newest to the oldest.
  static thread_local Gathering* newest;

  RecorderState& state_;
  Gathering* older_;
  Queue changes_;
  std::unique_ptr<CommitThread> commit_thread_;  // from the first commit_later() on
  std::uint64_t generation_;
};

}  // namespace edo::recorder
