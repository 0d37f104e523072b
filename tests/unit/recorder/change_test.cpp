#include "recorder/change.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "storage/store.hpp"
#include "support/files.hpp"

namespace edo::recorder {
namespace {

// A temporary B-tree, which SQLite builds for an IN with more than two values among others, costs
// more than the row that is written.
TEST_CASE("no statement of the recorder builds a temporary table") {
  const testing::TemporaryDirectory directory;
  storage::OpenOptions options;
  options.access = storage::Access::create;
  auto database = storage::open_store(directory / "telemetry.db", options);
  for (std::size_t i = 0; i < kChangeKinds; ++i) {
    const auto kind = static_cast<ChangeKind>(i);
    INFO(describe(kind));
    SQLite::Statement explain(database.handle(), std::string("EXPLAIN ") + sql(kind));
    int steps = 0;
    while (explain.executeStep()) {
      ++steps;
      const std::string step = explain.getColumn(1).getString();
      CHECK(step != "OpenEphemeral");
      CHECK(step != "OpenAutoindex");
    }
    CHECK(steps > 5);
  }
}

}  // namespace
}  // namespace edo::recorder
