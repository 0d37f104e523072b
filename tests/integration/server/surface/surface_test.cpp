// The GraphQL surface, row by row: each case of cases.yaml on both back ends.
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "storage/database.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "tools/server/engine/engine.hpp"
#include "tools/server/model/yaml.hpp"

using namespace edo;
using namespace edo::testing;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

std::string surface_file(const std::string& name) { return EDO_SURFACE "/" + name; }

// A case as the file has it.
struct Case {
  std::string what;
  graphql::Request request;
  graphql::Session session;
  ordered_json expected;  // the whole answer
};

ordered_json expected_answer(const json& row) {
  if (row.contains("data")) {
    return {{"data", ordered_json::parse(row.at("data").get<std::string>())}};
  }
  return {{"error", row.at("error")}};
}

std::vector<Case> read_cases() {
  const auto read = [](const std::string& name) { return read_file(surface_file(name)); };
  std::vector<Case> cases;
  for (const json& row : graphql::load_yaml(read, "cases.yaml")) {
    Case one;
    one.what = row.at("what");
    one.request.query = row.at("ask");
    one.request.operation_name = row.value("operation", "");
    one.request.variables = json::parse(row.value("variables", "{}"));
    one.session.role = row.value("role", "admin");
    one.session.variables = row.value("session", std::map<std::string, std::string>());
    one.expected = expected_answer(row);
    cases.push_back(std::move(one));
  }
  return cases;
}

std::unique_ptr<graphql::Engine> engine_on_file(const TemporaryDirectory& folder) {
  graphql::EngineOptions options;
  options.store = folder / "shop.db";
  options.metadata = surface_file("metadata");
  {
    storage::Database database(options.store, {storage::Access::create});
    database.execute(read_file(surface_file("sqlite.sql")));
    database.execute(read_file(surface_file("data.sql")));
  }
  return graphql::open_engine(options);
}

std::unique_ptr<graphql::Engine> engine_on_postgres() {
  graphql::EngineOptions options;
  options.postgres = PrivatePostgres::shared().fresh_database();
  options.metadata = surface_file("metadata");
  query(options.postgres, read_file(surface_file("postgres.sql")));
  query(options.postgres, read_file(surface_file("data.sql")));
  return graphql::open_engine(options);
}

ordered_json answered(graphql::Engine& engine, const Case& asked) {
  try {
    return ordered_json::parse(engine.execute(asked.request, asked.session));
  } catch (const graphql::RequestError& error) {
    return {{"error", {error.code(), error.path(), error.what()}}};
  }
}

// Numbers by their value, objects with their members in order.
bool same(const ordered_json& one, const ordered_json& other) {
  if (one.is_number_float() || other.is_number_float()) {
    if (!one.is_number() || !other.is_number()) return false;
    const double a = one;
    const double b = other;
    return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(a));
  }
  if (one.is_structured() && other.is_structured()) {
    if (one.is_object() != other.is_object()) return false;
    const auto same_item = [](const auto& a, const auto& b) {
      return a.key() == b.key() && same(a.value(), b.value());
    };
    auto [a, b] = std::pair(one.items().begin(), other.items().begin());
    for (; a != one.items().end() && b != other.items().end(); ++a, ++b) {
      if (!same_item(a, b)) return false;
    }
    return one.size() == other.size();
  }
  return one == other;
}

void check_all(graphql::Engine& engine) {
  for (const Case& asked : read_cases()) {
    INFO(asked.what << ": " << asked.request.query);
    const ordered_json found = answered(engine, asked);
    INFO("expected " << asked.expected.dump());
    INFO("found    " << found.dump());
    CHECK(same(asked.expected, found));
  }
}

}  // namespace

TEST_CASE("the surface on a local file") {
  const TemporaryDirectory folder;
  check_all(*engine_on_file(folder));
}

TEST_CASE("the surface on PostgreSQL") { check_all(*engine_on_postgres()); }
