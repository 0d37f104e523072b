// What a Recorder and its handles share. Decides for each call whether it is stored now, kept in
// memory or given up, and sees to what goes on beside the calls. Any thread may call it, in the
// process that opened it and in its forks.
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

class Core {
 public:
  // Throws Error when the options are wrong or the store cannot be opened.
  explicit Core(const Options& options);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  // Stores the change, unless this thread gathers its changes.
  Outcome record(const Change& change) noexcept;

  // Stores the change, or all of them in one transaction, committed, or says what became of it
  // instead; of several the worst. Does not block for longer than the busy timeout.
  Outcome store(const Change& change) noexcept;
  Outcome store(const Queue& changes) noexcept;

  // Tells the host what went wrong.
  void report(const Error& error) const noexcept;
  // The same of a call that came to nothing before it reached the writer, and counts it.
  void lose(const Error& error) noexcept;

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
  // What ships for this process; null if nothing does.
  Shipping* shipping() noexcept;
  void invocation_ended() noexcept;
  void report_idle_options() const;
  template <typename Body>
  Outcome guarded(Statement statement, Body&& body) noexcept;

  const Options options_;
  const base::Redaction redaction_;
  const std::shared_ptr<const base::Clock> clock_;
  // Replaced by a new one in a forked child, where the old one is left alone: its locks, its
  // thread and its connection are the parent's.
  std::atomic<Writer*> writer_ = nullptr;
  // As the writer: a child has one of its own from its first call on.
  std::atomic<Shipping*> shipping_ = nullptr;
  std::atomic<bool> closed_ = false;     // which a child inherits
  std::atomic<std::uint64_t> lost_ = 0;  // calls for which there was no writer
};

}  // namespace edo::recorder
