#include "tables/model.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"

namespace edo::tables {
namespace {

TEST_CASE("the model has the columns of the store, in their order") {
  const testing::TemporaryDirectory directory;
  storage::OpenOptions options;
  options.access = storage::Access::create;
  storage::Database database = storage::open_store(directory / "telemetry.db", options);
  for (const Table& table : tables()) {
    CAPTURE(table.name);
    std::vector<std::string> stored;
    for (const auto& column :
         testing::rows(database, "SELECT name, type FROM pragma_table_info('" +
                                     std::string(table.name) + "') ORDER BY cid")) {
      // Which writer recorded a row matters to the store alone.
      if (column.at("name") == "writer_id") continue;
      stored.push_back(column.at("name") + " " + column.at("type"));
    }
    std::vector<std::string> modelled;
    for (const Column& column : table.columns) {
      const bool number = column.type == Type::integer || column.type == Type::boolean;
      modelled.push_back(std::string(column.name) + (number ? " INTEGER" : " TEXT"));
    }
    CHECK(modelled == stored);
    CHECK(table.columns.front().name == "id");
    CHECK(database.integer("SELECT strict FROM pragma_table_list WHERE name = '" +
                           std::string(table.name) + "'") == 1);
  }
}

TEST_CASE("tables are found by name") {
  for (std::size_t i = 0; i < kTableCount; ++i) CHECK(table_index(tables()[i].name) == i);
  CHECK(table_index("writers") == kTableCount);
  CHECK(table_index("") == kTableCount);
}

TEST_CASE("parents come before their children") {
  CHECK(table_index("invocations") < table_index("event_executions"));
  CHECK(table_index("event_executions") < table_index("job_executions"));
  CHECK(table_index("job_executions") < table_index("job_logs"));
}

}  // namespace
}  // namespace edo::tables
