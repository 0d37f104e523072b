#include "replicator/daemon/stop.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "edo/error.hpp"

namespace edo::daemon {
namespace {

std::atomic<Stop*> signalled{nullptr};

void on_signal(int) {
  const int saved = errno;
  if (Stop* stop = signalled.load()) stop->request();
  errno = saved;
}

}  // namespace

Stop::Stop() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) {
    throw Error(ErrorKind::io, std::string("make an event descriptor: ") + strerror(errno));
  }
}

Stop::~Stop() {
  Stop* self = this;
  signalled.compare_exchange_strong(self, nullptr);
  close(descriptor_);
}

void Stop::request() noexcept {
  requested_.store(true);
  const std::uint64_t one = 1;
  // It can only fail when the counter is full, and then it is readable already.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

bool Stop::wait_for(std::chrono::milliseconds span) const noexcept {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + span;
  while (!requested()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) break;
    pollfd watched{descriptor_, POLLIN, 0};
    (void)poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left, 1 << 30)));
  }
  return requested();
}

void stop_on_signals(Stop& stop) {
  signalled.store(&stop);
  struct sigaction action {};
  action.sa_handler = &on_signal;
  // The second signal finds the default action.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  // A connection that goes away is an error of write(), not the end of the program.
  signal(SIGPIPE, SIG_IGN);
}

}  // namespace edo::daemon
