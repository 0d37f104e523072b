// Whatever is asked, both back ends answer the same.
#include <catch2/catch.hpp>
#include <random>

#include "replicator/postgres/connection.hpp"
#include "shop.hpp"
#include "support/postgres.hpp"
#include "support/random_query.hpp"
#include "tools/server/model/build.hpp"

using namespace edo;
using namespace edo::testing;

namespace {

// What the rows of data.sql are compared with: what is there, what is between, and what is not.
const RandomQuery::Literals kLiterals = {
    {"Int", {"1", "2", "7", "20", "300", "\"4\"", "-1"}},
    {"bigint", {"0", "10", "9007199254740993", "\"9007199254740992\""}},
    {"numeric", {"-3", "12.5", "5", "1.1", "9.990", "\"1e12\""}},
    {"float8", {"0.25", "1000", "0.3", "\"1e3\""}},
    {"String",
     {"\"Ann\"", "\"bobby\"", "\"%o%\"", "\"_o%\"", "\"Zoë\"", "\"B\"", "\"\"", "\"Middle\\\\_%\"",
      "\"x\"", "\"a\"", "\"%\""}},
    {"Boolean", {"true", "false"}},
    {"date", {"\"1960-12-01\"", "\"1999-12-31\"", "\"2000-02-29\""}},
    {"timestamp", {"\"1999-01-08T04:05:06\"", "\"2000-01-01\"", "\"1999-01-08 04:05:06.25\""}},
    {"timestamptz",
     {"\"2024-01-02T03:04:05Z\"", "\"2024-01-02T03:04:05.678+00:00\"", "\"2024-01-02T05:04:05+02\"",
      "\"2023-12-31\""}},
    {"uuid",
     {"\"00000000-0000-7000-8000-000000000001\"", "\"00000000-0000-7000-8000-000000000003\"",
      "\"00000000-0000-7000-8000-00000000000A\""}},
    {"jsonb", {"{a: null}", "[]", "{z: true, a: null}", "{a: {b: [10]}}", "1", "\"a\""}},
    {"path", {"\"a\"", "\"$.a.b\"", "\"a.b[0]\"", "\"[0]\"", "\"$\"", "\"a.b[1].c\"", "\"z\""}},
};

std::unique_ptr<model::Model> model_of_shop(const std::string& url) {
  const auto metadata = model::read_metadata(surface_file("metadata"));
  postgres::Connection connection{postgres::Target(url)};
  return model::build_model(metadata, model::read_catalog(connection, metadata));
}

}  // namespace

TEST_CASE("random requests have equal results on both databases") {
  const TemporaryDirectory folder;
  const auto file = shop_on_file(folder);
  const std::string url = PrivatePostgres::shared().fresh_database();
  const auto postgres = shop_on_postgres(url);
  const auto model = model_of_shop(url);

  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  const auto choose = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  for (const char* role : {"admin", "visitor", "writer"}) {
    const language::Session session{
        role, {{"x-hasura-author-id", "1"}, {"x-hasura-author-ids", "{1,2}"}}};
    const schema::Schema schema = schema::build_schema(*model, role);
    RandomQuery queries(schema, kLiterals, choose);
    for (int i = 0; i < 300; ++i) {
      const language::Request request{queries.query(), "", nlohmann::json::object()};
      INFO("seed " << seed << ", role " << role << ", request " << i << ": " << request.query);
      const auto of_file = answered(*file, request, session);
      const auto of_postgres = answered(*postgres, request, session);
      INFO("SQLite     " << of_file.dump());
      INFO("PostgreSQL " << of_postgres.dump());
      REQUIRE(of_file.contains("data"));
      REQUIRE(same_answer(of_file, of_postgres, true));
    }
  }
}
