#include "base/time.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace edo::base {
namespace {

constexpr Micros kSecond = 1'000'000;

TEST_CASE("timestamps are written with microseconds in UTC") {
  CHECK(format_timestamp(0) == "1970-01-01T00:00:00.000000Z");
  CHECK(format_timestamp(1'700'000'000'123'456) == "2023-11-14T22:13:20.123456Z");
  CHECK(format_timestamp(-1) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_timestamp(951'782'400 * kSecond) == "2000-02-29T00:00:00.000000Z");
}

TEST_CASE("times that four digits of year cannot hold are clamped") {
  CHECK(format_timestamp(std::numeric_limits<Micros>::max()) == "9999-12-31T23:59:59.999999Z");
  CHECK(format_timestamp(std::numeric_limits<Micros>::min()) == "0001-01-01T00:00:00.000000Z");
}

TEST_CASE("every written timestamp reads back as the same time") {
  const auto seed = GENERATE(take(1, random(1u, 1'000'000u)));
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<Micros> any(-62'135'596'800 * kSecond, 253'402'300'799 * kSecond);
  for (int i = 0; i < 2'000; ++i) {
    const Micros time = any(random);
    REQUIRE(parse_timestamp(format_timestamp(time)) == time);
  }
}

TEST_CASE("timestamps are read as ISO 8601 and as PostgreSQL writes them") {
  const Micros expected = 1'704'164'645'678'000;
  for (const auto* text : {"2024-01-02T03:04:05.678Z", "2024-01-02T03:04:05.678",
                           "2024-01-02 03:04:05.678+00", "2024-01-02T05:34:05.678+02:30",
                           "2024-01-01T22:04:05.678-0500", "2024-01-02t03:04:05.678000999z"}) {
    CAPTURE(text);
    CHECK(parse_timestamp(text) == expected);
  }
}

TEST_CASE("an invalid time is refused") {
  for (const auto* text :
       {"", "yesterday", "2024-01-02", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-01-02T24:00:00Z", "2024-01-02T03:60:00Z", "2024-01-02T03:04Z",
        "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05Z ", "2024-01-02T03:04:05+99",
        "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-10:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

TEST_CASE("durations are sums of numbers with units") {
  CHECK(parse_duration("500ms") == 500'000);
  CHECK(parse_duration("90s") == 90 * kSecond);
  CHECK(parse_duration("1h30m") == 5400 * kSecond);
  CHECK(parse_duration("30d") == 30 * 86'400 * kSecond);
  CHECK(parse_duration("2w") == 14 * 86'400 * kSecond);
  for (const auto* text : {"", "5", "h", "1y", "-1h", "1h-30m", "1.5h", "99999999999999w"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

}  // namespace
}  // namespace edo::base
