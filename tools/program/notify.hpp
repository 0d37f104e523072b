// Notifies the service manager of the daemon's state (sd_notify(3), a datagram to $NOTIFY_SOCKET).
// Does nothing without a service manager.
#pragma once

#include <chrono>
#include <string_view>

namespace edo::cli {

// One or more lines such as "READY=1" or "STATUS=…".
void notify(std::string_view state) noexcept;

// Sends "WATCHDOG=1" if the service manager watches this process and it is time for it. To be
// called at every step that shows that the daemon is alive.
void notify_alive() noexcept;

// The longest pause between two calls of notify_alive() in an idle daemon.
[[nodiscard]] std::chrono::milliseconds longest_rest() noexcept;

}  // namespace edo::cli
