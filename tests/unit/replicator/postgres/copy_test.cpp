#include "replicator/postgres/copy.hpp"

#include <catch2/catch.hpp>

using namespace edo::postgres;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string result;
  for (const int value : values) result.push_back(static_cast<char>(value));
  return result;
}

}  // namespace

TEST_CASE("a COPY in binary begins with its signature and ends with -1") {
  std::string out;
  copy::begin(out);
  CHECK(out ==
        bytes({'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  out.clear();
  copy::begin_row(out, 258);
  copy::end(out);
  CHECK(out == bytes({1, 2, 0xff, 0xff}));
}

TEST_CASE("values have the binary form of their types") {
  std::string out;
  const auto written = [&](auto write, auto... value) {
    out.clear();
    write(out, value...);
    return out;
  };
  CHECK(written(copy::null) == bytes({0xff, 0xff, 0xff, 0xff}));
  CHECK(written(copy::integer, -2) == bytes({0, 0, 0, 4, 0xff, 0xff, 0xff, 0xfe}));
  CHECK(written(copy::bigint, std::int64_t{0x0102030405060708}) ==
        bytes({0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8}));
  CHECK(written(copy::boolean, true) == bytes({0, 0, 0, 1, 1}));
  CHECK(written(copy::text, std::string_view("ab")) == bytes({0, 0, 0, 2, 'a', 'b'}));
  CHECK(written(copy::json, std::string_view("{}")) == bytes({0, 0, 0, 3, 1, '{', '}'}));
  // One microsecond before 2000-01-01T00:00:00Z.
  CHECK(written(copy::timestamp, std::int64_t{946'684'799'999'999}) ==
        bytes({0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  out.clear();
  copy::uuid(out, edo::base::parse_uuid("00112233-4455-6677-8899-aabbccddeeff").value());
  CHECK(out == bytes({0,    0,    0,    16,   0,    0x11, 0x22, 0x33, 0x44, 0x55,
                      0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}));
}

TEST_CASE("an array of UUIDs says how many there are") {
  CHECK(uuid_array({}) == bytes({0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x0b, 0x86}));
  const edo::base::Uuid id{};
  const std::string one = uuid_array(std::span(&id, 1));
  CHECK(one.substr(0, 24) ==
        bytes({0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0x0b, 0x86, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 16}));
  CHECK(one.size() == 40);
}
