// Whatever is asked, both back ends answer the same.
#include <catch2/catch.hpp>
#include <random>

#include "replicator/postgres/connection.hpp"
#include "shop.hpp"
#include "support/postgres.hpp"
#include "support/random_query.hpp"
#include "tools/server/language/json.hpp"
#include "tools/server/model/build.hpp"

using namespace edo;
using namespace edo::testing;

namespace {

// What the rows of data.sql are compared with: what is there, what is between, and what is not.
const RandomQuery::Literals kLiterals = {
    {"Int", {"1", "2", "7", "20", "300", "\"4\"", "-1"}},
    {"smallint", {"9", "10", "-1", "\"100\""}},
    {"bigint",
     {"0", "10", "9007199254740993", "\"9007199254740992\"", "9223372036854775807", "-5"}},
    {"numeric",
     {"-3", "12.5", "5", "1.1", "9.990", "\"1e12\"", "9.5", "0", "123456789012345678.000000001",
      "\"123456789012345678\"", "\"NaN\"", "-0.0095", "1e400"}},
    {"float8",
     {"0", "0.25", "1000", "0.3", "\"1e3\"", "0.1", "9", "\"NaN\"", "\"-Infinity\"", "-1e30"}},
    {"String",
     {"\"Ann\"", "\"bobby\"", "\"%o%\"", "\"_o%\"", "\"Zoë\"", "\"B\"", "\"\"", "\"Middle\\\\_%\"",
      "\"x\"", "\"a\"", "\"%\"", "\"Zebra\"", "\"apple\"", "\"_x\"", "\"äpfel\"", "\"b\""}},
    {"Boolean", {"true", "false"}},
    {"date",
     {"\"1960-12-01\"", "\"1999-12-31\"", "\"2000-02-29\"", "\"2024-01-02\"", "\"infinity\"",
      "\"0044-03-15 BC\"", "\"12000-01-01\"", "\"-infinity\""}},
    {"timestamp",
     {"\"1999-01-08T04:05:06\"", "\"2000-01-01\"", "\"1999-01-08 04:05:06.25\"",
      "\"2024-02-28 24:00\"", "\"infinity\"", "\"-infinity\"", "\"0098-01-01 00:00:00 BC\"",
      "\"20000-01-01\""}},
    {"timestamptz",
     {"\"2024-01-02T03:04:05Z\"", "\"2024-01-02T03:04:05.678+00:00\"", "\"2024-01-02T05:04:05+02\"",
      "\"2023-12-31\"", "\"2024-01-02 03:04:05.1234575\"", "\"infinity\"", "\"-infinity\"",
      "\"0044-03-15 14:00+02 BC\"", "\"2024-01-01T24:00Z\"", "\"epoch\""}},
    {"time", {"\"03:04\"", "\"24:00\"", "\"23:59:59.9999996\"", "\"12:00:00\"", "\"03:04:00.5\""}},
    {"uuid",
     {"\"00000000-0000-7000-8000-000000000001\"", "\"00000000-0000-7000-8000-000000000003\"",
      "\"00000000-0000-7000-8000-00000000000A\"", "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""}},
    {"jsonb",
     {"{a: null}", "[]", "{z: true, a: null}", "{a: {b: [10]}}", "1", "\"a\"",
      "{n: 9007199254740993}", "{n: 9007199254740992}", "1.0", "\"b\"", "{b: 1}", "[1]"}},
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
      const language::Request request = queries.request();
      INFO("seed " << seed << ", role " << role << ", request " << i << ": " << request.query
                   << language::jsonb_text(request.variables));
      const auto of_file = answered(*file, request, session);
      const auto of_postgres = answered(*postgres, request, session);
      INFO("SQLite     " << of_file.dump());
      INFO("PostgreSQL " << of_postgres.dump());
      REQUIRE(of_file.contains("data"));
      REQUIRE(same_random_answer(of_file, of_postgres));
    }
  }
}
