#include "tools/program/text.hpp"

#include <catch2/catch.hpp>

using namespace edo::cli;

TEST_CASE("a message is one line that cannot control the terminal") {
  CHECK(one_line("first\nsecond\r\n\tthird\n") == "first second  third");
  CHECK(one_line("no\x1b[31m\xc2\x9bne") == "no\\x1b[31m\\u009bne");
  CHECK(one_line("caf\xe9") == "caf\xef\xbf\xbd");
}

TEST_CASE("a long path keeps its end") {
  CHECK(shorten_front("/var/lib/edo/telemetry.db", 30, "...") == "/var/lib/edo/telemetry.db");
  CHECK(shorten_front("/var/lib/edo/telemetry.db", 15, "...") == "...telemetry.db");
  CHECK(shorten_front("/données/télémétrie.db", 12, "…") == "…lémétrie.db");
}
