// Tells the service manager how the daemon is (sd_notify(3), a datagram to $NOTIFY_SOCKET). Without
// a service manager it does nothing.
#pragma once

#include <chrono>
#include <string_view>

namespace edo::daemon {

// One or more lines such as "READY=1" or "STATUS=…".
void notify(std::string_view state) noexcept;

// "WATCHDOG=1", where the service manager watches this process and it is time for it; to be called
// at every step that shows that the daemon is alive.
void notify_alive() noexcept;

// How long whoever has nothing to do may rest between two calls of notify_alive().
[[nodiscard]] std::chrono::milliseconds longest_rest() noexcept;

}  // namespace edo::daemon
