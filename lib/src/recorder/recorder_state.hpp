// What a Recorder and its handles share: its options, the writer that stores its calls, and what
// ships them. Any thread may call it, in the process that opened it and in its forks.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/redact.hpp"
#include "base/time.hpp"
#include "edo/options.hpp"
#include "edo/recorder.hpp"
#include "recorder/change.hpp"
#include "recorder/queue.hpp"

namespace edo::recorder {

class Shipping;
class Writer;

class RecorderState {
 public:
  // Throws Error when the options are wrong or the store cannot be opened.
  explicit RecorderState(const Options& options);
  RecorderState(const RecorderState&) = delete;
  RecorderState& operator=(const RecorderState&) = delete;
  ~RecorderState();

  // Stores the change, or passes it to this thread's group.
  Outcome record(const Change& change) noexcept;

  // Stores the change, or all of them in one transaction. Returns the outcome; of several the
  // worst. Blocks for at most the busy timeout.
  Outcome store(const Change& change) noexcept;
  Outcome store(const Queue& changes) noexcept;

  // Reports to Options::on_error.
  void report(const Error& error) const noexcept;
  // The same for a call that failed before it reached the writer, and counts it as dropped.
  void count_dropped(const Error& error) noexcept;

  Health close(std::chrono::milliseconds timeout = kCloseTimeout) noexcept;

  // Waits until the calls made before are stored, those that this thread gathers included. Returns
  // false if some are still queued after `timeout`.
  [[nodiscard]] bool flush(std::chrono::milliseconds timeout) noexcept;
  // Ships them, too. Returns whether all have reached the central database within `timeout`; false
  // if this recorder does not ship.
  [[nodiscard]] bool ship(std::chrono::milliseconds timeout) noexcept;

  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] const base::Clock& clock() const noexcept { return *clock_; }
  [[nodiscard]] const base::Redaction& redaction() const noexcept { return redaction_; }
  [[nodiscard]] Health health() const noexcept;

 private:
  Writer* writer();
  // Ships for this process; null if nothing does.
  Shipping* shipping() noexcept;
  void invocation_ended() noexcept;
  void report_idle_options() const;
  template <typename Body>
  Outcome attempt(ChangeKind kind, Body&& body) noexcept;

  const Options options_;
  const base::Redaction redaction_;
  const std::shared_ptr<const base::Clock> clock_;
  // A forked child gets a new one and does not touch the old one, whose locks, thread and
  // connection are the parent's.
  std::atomic<Writer*> writer_ = nullptr;
  // The same: a child gets its own with its first call.
  std::atomic<Shipping*> shipping_ = nullptr;
  std::atomic<bool> closed_ = false;        // which a child inherits
  std::atomic<std::uint64_t> dropped_ = 0;  // calls for which there was no writer
};

}  // namespace edo::recorder
