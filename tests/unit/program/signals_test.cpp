#include "tools/program/signals.hpp"

#include <catch2/catch.hpp>
#include <csignal>

TEST_CASE("SIGTERM requests a stop") {
  edo::shipping::Stop stop;
  const edo::cli::StopSignals signals(stop);
  std::raise(SIGTERM);
  CHECK(stop.requested());
}
