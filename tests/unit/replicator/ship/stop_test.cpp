#include "replicator/ship/stop.hpp"

#include <poll.h>

#include <catch2/catch.hpp>
#include <future>

using edo::shipping::Stop;

TEST_CASE("a stop request ends every wait, and stays") {
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
