// Ships the store of a host from inside that host, on a thread of its own: what a Node add-on and
// libedo-shipper do when `replicate` is not off.
//
// In the background it ships again and again; otherwise when it is nudged or asked to flush. What
// cannot be shipped now stays in the store. A centre that is away, slow or wrong is told once until
// it works again, and harms nobody: after a failure nobody waits before the next try is due, and
// the pause before that grows.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "edo/error.hpp"
#include "edo/options.hpp"

namespace edo::daemon {

// Called on the shipper's thread, on_flushed also by flush() itself. They must not throw, and
// on_flushed must not call the shipper.
struct ShipperEvents {
  std::function<void(const Error&)> on_error;
  // How a flush ended: `finished` if everything that was pending when it began is at the centre.
  std::function<void(std::uint64_t id, bool finished)> on_flushed;
};

// Any thread may call it, in the process that made it.
class Shipper {
 public:
  // How long stop() waits for the thread.
  static constexpr std::chrono::milliseconds kStopPatience{1000};

  // Throws Error (invalid_argument) if the options name no centre, or one that cannot be.
  Shipper(const Options& options, ShipperEvents events);
  Shipper(const Shipper&) = delete;
  Shipper& operator=(const Shipper&) = delete;
  ~Shipper();

  // Once, when the store is there. Throws std::system_error if there can be no thread.
  void start();

  // An invocation has ended.
  void nudge() noexcept;

  // Ships what is pending, however often that takes, and tells on_flushed under the id that is
  // returned: at once if the last try has failed and the next one is not due yet.
  [[nodiscard]] std::uint64_t flush();
  // Nobody waits for this flush any longer, and on_flushed is not called for it any more. When
  // nobody waits for anything, what is on its way is interrupted, since a frozen sandbox would
  // leave it hanging at the centre.
  void give_up(std::uint64_t id) noexcept;

  // Interrupts what is on its way, and waits for the thread for at most kStopPatience: it may be
  // stuck in a name server, and then calls nothing any more but on_error.
  void stop() noexcept;

 private:
  class Work;
  std::shared_ptr<Work> work_;  // shared with the thread, which may be stuck
};

}  // namespace edo::daemon
