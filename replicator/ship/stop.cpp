#include "replicator/ship/stop.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "edo/error.hpp"

namespace edo::shipping {
namespace {

int event_descriptor() {
  const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) {
    throw Error(ErrorKind::io, "create", "an event descriptor", strerror(errno));
  }
  return descriptor;
}

void make_readable(int descriptor) noexcept {
  const std::uint64_t one = 1;
  // write() can only fail when the counter is full, and then the descriptor is readable already.
  [[maybe_unused]] const auto written = write(descriptor, &one, sizeof one);
}

}  // namespace

Stop::Stop() : descriptor_(event_descriptor()), reload_descriptor_(event_descriptor()) {}

Stop::~Stop() {
  close(descriptor_);
  close(reload_descriptor_);
}

void Stop::request() noexcept {
  if (!requested()) requested_at_.store(std::chrono::steady_clock::now());
  requested_.store(true);
  make_readable(descriptor_);
}

void Stop::request_reload() noexcept {
  reload_.store(true);
  make_readable(reload_descriptor_);
}

void Stop::reloaded() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto drained = read(reload_descriptor_, &count, sizeof count);
  reload_.store(false);
}

bool Stop::wait_for(std::chrono::milliseconds span) const noexcept {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + span;
  while (!requested() && !reload_requested()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) break;
    pollfd watched[] = {{descriptor_, POLLIN, 0}, {reload_descriptor_, POLLIN, 0}};
    (void)poll(watched, 2, static_cast<int>(std::min<std::int64_t>(left, 1 << 30)));
  }
  return requested();
}

}  // namespace edo::shipping
