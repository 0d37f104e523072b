#include "replicator/ship/fleet.hpp"

#include <catch2/catch.hpp>

#include "support/files.hpp"

using namespace edo;
using shipping::find_stores;

using Paths = std::vector<std::string>;

TEST_CASE("stores are found by name, by folder and by pattern, each once and in order") {
  const testing::TemporaryDirectory place;
  for (const char* name : {"b.db", "a.db", "a.db-wal", "notes.txt"}) {
    testing::write_file(place / name, "");
  }
  const Paths both = {place / "a.db", place / "b.db"};
  CHECK(find_stores({place.path()}) == both);
  CHECK(find_stores({place / "*.db"}) == both);
  CHECK(find_stores({place / "a.db", place / "?.db", place.path()}) == both);
  CHECK(find_stores({place / "missing.db"}) == Paths{place / "missing.db"});
  CHECK(find_stores({place / "*.sqlite"}).empty());
}

TEST_CASE("an unreadable path counts as absent") {
  const testing::TemporaryDirectory place;
  testing::write_file(place / "a.db", "");
  const std::string too_long(300, 'a');
  CHECK(find_stores({place / (too_long + "*"), place.path()}) == Paths{place / "a.db"});
}
