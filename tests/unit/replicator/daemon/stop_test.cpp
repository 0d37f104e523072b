#include "replicator/daemon/stop.hpp"

#include <poll.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <future>

using edo::daemon::Stop;

TEST_CASE("a wish to end wakes whoever waits, and stays") {
  Stop stop;
  CHECK_FALSE(stop.requested());
  CHECK_FALSE(stop.wait_for(std::chrono::milliseconds(0)));
  auto waiting =
      std::async(std::launch::async, [&] { return stop.wait_for(std::chrono::hours(1)); });
  stop.request();
  CHECK(waiting.get());
  CHECK(stop.wait_for(std::chrono::hours(1)));
  pollfd watched{stop.descriptor(), POLLIN, 0};
  CHECK(poll(&watched, 1, 0) == 1);
}

TEST_CASE("SIGTERM asks for the end") {
  Stop stop;
  edo::daemon::stop_on_signals(stop);
  std::raise(SIGTERM);
  CHECK(stop.requested());
}
