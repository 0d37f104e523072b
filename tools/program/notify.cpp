#include "tools/program/notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace edo::cli {
namespace {

using std::chrono::steady_clock;

std::optional<long long> number(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  long long value = 0;
  const auto [end, failure] = std::from_chars(text, text + std::strlen(text), value);
  if (failure != std::errc{} || *end != '\0') return std::nullopt;
  return value;
}

// Half of the watchdog interval, or nothing if the service manager does not watch this process.
std::optional<std::chrono::microseconds> read_watchdog_interval() {
  const auto pid = number("WATCHDOG_PID");
  if (pid && *pid != getpid()) return std::nullopt;
  const auto micros = number("WATCHDOG_USEC");
  if (!micros || *micros <= 0) return std::nullopt;
  return std::chrono::microseconds(*micros / 2);
}

const std::optional<std::chrono::microseconds>& watchdog_interval() {
  static const auto interval = read_watchdog_interval();
  return interval;
}

}  // namespace

void notify(std::string_view state) noexcept {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (path[0] != '/' && path[0] != '@')) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, length);
  // An abstract name begins with a zero byte.
  if (path[0] == '@') address.sun_path[0] = '\0';
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  (void)sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address),
               static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  close(descriptor);
}

void notify_alive() noexcept {
  const auto& interval = watchdog_interval();
  if (!interval) return;
  static steady_clock::time_point next{};
  const auto now = steady_clock::now();
  if (now < next) return;
  next = now + *interval / 2;
  notify("WATCHDOG=1");
}

std::chrono::milliseconds longest_rest() noexcept {
  using std::chrono::milliseconds;
  const auto& interval = watchdog_interval();
  return interval ? std::chrono::ceil<milliseconds>(*interval / 2) : milliseconds::max();
}

}  // namespace edo::cli
