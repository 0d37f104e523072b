#include "replicator/batch/batch.hpp"

#include <catch2/catch.hpp>

using namespace edo;
using tables::Type;

TEST_CASE("a column gives back what was added, nulls in their places") {
  batch::Column text(Type::text);
  for (int i = 0; i < 20; ++i) {
    if (i % 3 == 0) {
      text.add_null();
    } else {
      text.add(std::string_view(std::string(static_cast<std::size_t>(i % 4), 'x')));
    }
  }
  REQUIRE(text.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(text.is_null(i) == (i % 3 == 0));
    if (!text.is_null(i)) CHECK(text.text(i) == std::string(i % 4, 'x'));
  }
  batch::Column number(Type::timestamp);
  number.add_null();
  number.add(std::int64_t{-5});
  CHECK(number.is_null(0));
  CHECK_FALSE(number.is_null(1));
  CHECK(number.number(1) == -5);
  batch::Column uuid(Type::uuid);
  uuid.add_null();
  const auto id = base::new_uuid();
  uuid.add(id);
  CHECK(uuid.uuid(1) == id);
}

TEST_CASE("a batch has the fields of the central database") {
  const batch::Batch batch;
  CHECK(batch.rows() == 0);
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto fields = batch::fields(table);
    REQUIRE(batch.tables[table].columns.size() == fields.size());
    CHECK(fields.front().name == "id");
    for (std::size_t i = 0; i < fields.size(); ++i) {
      CHECK(fields[i].type != Type::uuid_like);
      CHECK(batch.tables[table].columns[i].type() == fields[i].type);
    }
  }
}
