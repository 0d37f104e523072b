// Ships the store of a host from inside that host, on a thread of its own. The Node add-on and
// libedo-shipper use it when `replicate` is not off.
//
// In the background it ships continuously; otherwise it ships when it is nudged or asked to flush.
// Changes that cannot be shipped now stay pending in the store. A central database that is
// unreachable, slow or wrong is reported once until it works again. After a failure no call waits
// until the next attempt is due, and the backoff grows.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "edo/error.hpp"
#include "edo/options.hpp"

namespace edo::shipping {

// Called on the shipper's thread, on_flushed also by flush() itself. They must not throw, and
// on_flushed must not call the shipper.
struct ShipperEvents {
  std::function<void(const Error&)> on_error;
  // How a flush ended: `finished` if all changes that were pending when it began have reached the
  // central database.
  std::function<void(std::uint64_t id, bool finished)> on_flushed;
};

// Safe to use from several threads of the process that created it.
class Shipper {
 public:
  // How long stop() waits for the thread.
  static constexpr std::chrono::milliseconds kStopTimeout{1000};

  // Throws Error (invalid_argument) if the options name no central database, or an invalid one.
  Shipper(const Options& options, ShipperEvents events);
  Shipper(const Shipper&) = delete;
  Shipper& operator=(const Shipper&) = delete;
  ~Shipper();

  // To be called once, when the store exists. Throws std::system_error if no thread can be started.
  void start();

  // To be called when an invocation has ended.
  void nudge() noexcept;

  // Ships all pending changes, with retries, and reports to on_flushed with the returned id. It
  // reports at once if the last attempt failed and the next one is not due yet.
  [[nodiscard]] std::uint64_t flush();
  // Gives up a flush: on_flushed is not called for it any more. When no flush is left, the running
  // ship is interrupted, because a frozen sandbox would leave its transaction open in the central
  // database.
  void give_up(std::uint64_t id) noexcept;

  // Interrupts the running ship, and waits for the thread for at most kStopTimeout. A thread that
  // is stuck in a name lookup then calls nothing but on_error.
  void stop() noexcept;

 private:
  class Work;
  std::shared_ptr<Work> work_;  // shared with the thread, which may be stuck
};

}  // namespace edo::shipping
