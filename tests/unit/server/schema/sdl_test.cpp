// The schema of our own metadata: the committed one is what PostgreSQL gives, and the store gives
// the same but for what it does not have.
#include "tools/server/schema/sdl.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "replicator/postgres/migrations.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "tools/server/model/build.hpp"
#include "tools/server/schema/schema.hpp"

using namespace edo;
using namespace edo::schema;

namespace {

std::unique_ptr<model::Model> central_model() {
  const std::string schema(postgres::kDefaultSchema);
  postgres::Connection connection{
      postgres::Target(testing::PrivatePostgres::shared().fresh_database())};
  postgres::migrate(connection, schema);
  const auto metadata = model::embedded_metadata(schema);
  return model::build_model(metadata, model::read_catalog(connection, metadata));
}

std::unique_ptr<model::Model> local_model() {
  const testing::TemporaryDirectory directory;
  auto store = storage::open_store(directory / "telemetry.db", {.access = storage::Access::create});
  const auto metadata = model::embedded_metadata("");
  return model::build_model(metadata, model::read_catalog(store, metadata));
}

std::string sdl(const model::Model& model, const std::string& role) {
  return print_sdl(build_schema(model, role));
}

std::multiset<std::string> lines_of(const std::string& text) {
  std::istringstream lines(text);
  std::multiset<std::string> result;
  for (std::string line; std::getline(lines, line);) result.insert(line);
  return result;
}

}  // namespace

TEST_CASE("the committed schema equals the one of a migrated PostgreSQL") {
  const std::string derived = sdl(*central_model(), "admin");
  if (std::getenv("EDO_UPDATE_SCHEMA") != nullptr) std::ofstream(EDO_SCHEMA) << derived;
  std::ostringstream committed;
  committed << std::ifstream(EDO_SCHEMA).rdbuf();
  // A difference of some thousand lines is no help to anybody.
  const bool is_same = committed.str() == derived;
  INFO("EDO_UPDATE_SCHEMA=1 writes schemas/graphql/schema.graphql anew");
  CHECK(is_same);
}

TEST_CASE("a permission may list its root fields") {
  model::Model model;
  model.tables.push_back(std::make_unique<model::Table>());
  model::Table& table = *model.tables.front();
  table.name = "book";
  table.select_name = "book";
  table.select_by_pk_name = "book_by_pk";
  table.select_aggregate_name = "book_aggregate";
  table.select_stream_name = "book_stream";
  table.columns.push_back({"id", "id", model::ScalarType::integer, "int4", "Int", false, false});
  table.primary_key = {&table.columns.front()};
  model::Permission& permission = table.permissions["user"];
  permission.columns = {"id"};
  permission.allow_aggregations = true;
  const auto fields = [&](const char* root) {
    const Schema schema = build_schema(model, "user");
    std::string names;
    for (const auto& field : schema.type(root).fields) names += field.name + " ";
    return names;
  };
  CHECK(fields("query_root") == "book book_aggregate book_by_pk ");
  CHECK(fields("subscription_root") == "book book_aggregate book_by_pk book_stream ");
  permission.query_root_fields = {{"select_by_pk", "select_stream"}};
  permission.subscription_root_fields = {{"select_stream"}};
  CHECK(fields("query_root") == "book_by_pk ");
  CHECK(fields("subscription_root") == "book_stream ");
}

TEST_CASE("a user sees the same in a store as in the central database") {
  CHECK(sdl(*local_model(), "user") == sdl(*central_model(), "user"));
}

TEST_CASE("the central database's schema contains the store's") {
  const auto local = lines_of(sdl(*local_model(), "admin"));
  const auto central = lines_of(sdl(*central_model(), "admin"));
  for (const auto& line : local) {
    CAPTURE(line);
    CHECK(central.contains(line));
  }
}
