#include "tools/program/signals.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>

namespace edo::cli {
namespace {

std::atomic<shipping::Stop*> signalled{nullptr};

void on_signal(int signal) {
  const int saved = errno;
  if (shipping::Stop* stop = signalled.load()) {
    if (signal == SIGHUP) {
      stop->request_reload();
    } else {
      stop->request();
    }
  }
  errno = saved;
}

}  // namespace

StopSignals::StopSignals(shipping::Stop& stop) {
  signalled.store(&stop);
  struct sigaction action {};
  action.sa_handler = &on_signal;
  // The second signal finds the default action.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  // A closed connection makes write() fail and does not end the program.
  signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() { signalled.store(nullptr); }

void StopSignals::reload_on_hangup() {
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGHUP, &action, nullptr);
}

}  // namespace edo::cli
