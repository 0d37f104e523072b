// The GraphQL surface, row by row: each case of cases.yaml on both back ends.
#include <catch2/catch.hpp>

#include "shop.hpp"
#include "support/postgres.hpp"
#include "tools/server/language/json.hpp"
#include "tools/server/model/yaml.hpp"

using namespace edo;
using namespace edo::testing;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

// A case as the file has it.
struct Case {
  std::string what;
  language::Request request;
  language::Session session;
  ordered_json expected;  // the whole answer
};

std::vector<Case> read_cases() {
  const auto read = [](const std::string& name) { return read_file(surface_file(name)); };
  std::vector<Case> cases;
  for (const json& row : model::load_yaml(read, "cases.yaml")) {
    Case one;
    one.what = row.at("what");
    one.request.query = row.at("ask");
    one.request.operation_name = row.value("operation", "");
    one.request.variables = language::parse_json(row.value("variables", "{}")).value();
    one.session.role = row.value("role", "admin");
    one.session.variables = row.value("session", std::map<std::string, std::string>());
    if (row.contains("data")) {
      one.expected["data"] = read_answer(row.at("data").get<std::string>());
    } else {
      one.expected["error"] = row.at("error");
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

void check_all(engine::Engine& engine) {
  for (const Case& asked : read_cases()) {
    INFO(asked.what << ": " << asked.request.query);
    const ordered_json found = answered(engine, asked.request, asked.session);
    INFO("expected " << asked.expected.dump());
    INFO("found    " << found.dump());
    CHECK(same_answer(asked.expected, found));
  }
}

}  // namespace

TEST_CASE("the surface on a local file") {
  const TemporaryDirectory folder;
  check_all(*shop_on_file(folder));
}

TEST_CASE("the surface on PostgreSQL") {
  check_all(*shop_on_postgres(PrivatePostgres::shared().fresh_database()));
}
