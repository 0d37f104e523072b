#include "replicator/sinks/receipt.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "edo/error.hpp"
#include "support/files.hpp"

using namespace edo;
using sinks::Directory;
using sinks::Receipt;

namespace {

const base::Uuid kStore = base::new_uuid();

}  // namespace

TEST_CASE("a receipt knows what is covered without a gap") {
  Receipt receipt(kStore);
  CHECK(receipt.last_seq() == 0);
  CHECK_FALSE(receipt.covers(1, 1));
  receipt.add(11, 20);
  receipt.add(1, 5);
  CHECK(receipt.covers(12, 20));
  CHECK_FALSE(receipt.covers(5, 11));
  receipt.add(6, 10);
  CHECK(receipt.covers(1, 20));
  CHECK_FALSE(receipt.covers(1, 21));
  CHECK(receipt.last_seq() == 20);
  // Numbers that no store has are nothing to go by.
  receipt.add(std::numeric_limits<std::int64_t>::min(), 30);
  receipt.add(40, 30);
  CHECK(receipt.last_seq() == 20);
}

TEST_CASE("a receipt is read as it was written, and anything else is refused") {
  const testing::TemporaryDirectory place;
  Directory directory(place.path());
  CHECK(Receipt::read(directory, kStore).last_seq() == 0);
  Receipt receipt(kStore);
  receipt.add(1, 5);
  receipt.add(9, 12);
  receipt.write(directory, 0);
  const auto again = Receipt::read(directory, kStore);
  CHECK(again.covers(1, 5));
  CHECK(again.covers(9, 12));
  CHECK_FALSE(again.covers(5, 9));

  const auto name = base::to_string(kStore) + ".receipt";
  const std::string of_another = base::to_string(base::new_uuid());
  const std::vector<std::string> others = {
      "", "[]", "{\"store_id\": 1}", "{\"store_id\": \"" + of_another + "\", \"ranges\": []}",
      "{\"store_id\": \"" + base::to_string(kStore) + "\", \"ranges\": [[1]]}"};
  for (const auto& text : others) {
    testing::write_file(place / name, text);
    CHECK_THROWS_WITH(Receipt::read(directory, kStore), Catch::Contains("is not a receipt"));
  }
}

TEST_CASE("a directory is one export's or import's alone, and holds whole files") {
  const testing::TemporaryDirectory place;
  Directory directory(place.path());
  CHECK_THROWS_WITH(Directory(place.path()), Catch::Contains("is using it"));
  directory.write("b.x", "one");
  directory.write("a.x", "two");
  directory.write("b.x", "three");
  CHECK(directory.names(".x") == std::vector<std::string>{"a.x", "b.x"});
  CHECK(directory.names("").size() == 2);
  CHECK(directory.read("b.x", 5) == "three");
  CHECK_THROWS_AS(directory.read("b.x", 4), Error);
  directory.remove("b.x");
  directory.remove("b.x");
  CHECK_FALSE(directory.has("b.x"));
}
