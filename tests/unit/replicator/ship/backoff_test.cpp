#include "replicator/ship/backoff.hpp"

#include <catch2/catch.hpp>

using edo::shipping::Backoff;
using std::chrono::milliseconds;

TEST_CASE("the bound of a pause doubles up to the longest and falls back after a success") {
  Backoff backoff(milliseconds(100), milliseconds(1000), [] { return 0.5; });
  CHECK(backoff.next() == milliseconds(50));
  CHECK(backoff.next() == milliseconds(100));
  CHECK(backoff.next() == milliseconds(200));
  CHECK(backoff.next() == milliseconds(400));
  CHECK(backoff.next() == milliseconds(500));
  CHECK(backoff.next() == milliseconds(500));
  backoff.reset();
  CHECK(backoff.next() == milliseconds(50));
}

TEST_CASE("pauses are spread over the whole bound") {
  Backoff backoff(milliseconds(1000), milliseconds(1000));
  int low = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto pause = backoff.next();
    REQUIRE(pause >= milliseconds(0));
    REQUIRE(pause < milliseconds(1000));
    if (pause < milliseconds(500)) ++low;
  }
  CHECK(low > 350);
  CHECK(low < 650);
}
