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

std::vector<Case> read_cases(const std::string& file) {
  const auto read = [](const std::string& name) { return read_file(surface_file(name)); };
  std::vector<Case> cases;
  for (const json& row : model::load_yaml(read, file)) {
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

void check_all(engine::Engine& engine, const std::string& file = "cases.yaml") {
  for (const Case& asked : read_cases(file)) {
    INFO(asked.what << ": " << asked.request.query);
    const ordered_json found = answered(engine, asked.request, asked.session);
    INFO("expected " << asked.expected.dump());
    INFO("found    " << found.dump());
    CHECK(same_answer(asked.expected, found));
  }
}

language::Request asking(std::string query) {
  language::Request request;
  request.query = std::move(query);
  return request;
}

}  // namespace

TEST_CASE("the surface on a local file") {
  const TemporaryDirectory folder;
  check_all(*shop_on_file(folder));
}

TEST_CASE("the surface on PostgreSQL") {
  check_all(*shop_on_postgres(PrivatePostgres::shared().fresh_database()));
}

TEST_CASE("functions on PostgreSQL") {
  const std::string url = PrivatePostgres::shared().fresh_database();
  (void)shop_on_postgres(url);
  query(url, read_file(surface_file("functions/functions.sql")));
  engine::EngineOptions options;
  options.postgres = url;
  options.metadata = surface_file("functions");
  const auto engine = engine::open_engine(options);
  CHECK(engine->inconsistencies().empty());
  CHECK(engine->unused_metadata().empty());
  check_all(*engine, "functions.yaml");

  SECTION("a subscription") {
    const auto live = engine->subscribe(
        asking(
            "subscription { books_with(args: {shortest: 200}, order_by: {title: asc}) { title } }"),
        {});
    REQUIRE(live != nullptr);
    CHECK(read_answer(poll(*live).value()) == ordered_json::parse(R"(
        {"data": {"books_with": [{"title": "A fine 100% start"}, {"title": "middle ground"}]}})"));
    const auto other = engine->subscribe(
        asking(
            "subscription { books_with(args: {shortest: 201}, order_by: {title: asc}) { title } }"),
        {});
    CHECK(live->key() != other->key());
  }
  SECTION("functions need a permission of their own where none is inferred") {
    options.infer_function_permissions = false;
    const auto strict = engine::open_engine(options);
    const auto asked = [&](const char* field, const char* role) {
      const std::string query = std::string("{ ") + field + " { __typename } }";
      return answered(*strict, asking(query), {role, {{"x-hasura-author-id", "1"}}})
          .contains("data");
    };
    for (const char* role : {"admin", "writer", "librarian"}) {
      CHECK(asked("books_with(args: {})", role));
    }
    CHECK_FALSE(asked("books_with(args: {})", "visitor"));
    CHECK(asked("books_of_mine", "admin"));
    CHECK_FALSE(asked("books_of_mine", "writer"));
  }
}

TEST_CASE("live queries that differ in one number share no result") {
  const TemporaryDirectory folder;
  const auto engine = shop_on_file(folder);
  const auto key_with = [&](const std::string& number) {
    const std::string query =
        "subscription { sample(where: {weight: {_eq: " + number + "}}) { weight } }";
    return engine->subscribe(asking(query), {})->key();
  };
  CHECK(key_with(R"("Infinity")") != key_with(R"("-Infinity")"));
  CHECK(key_with("1e-300") != key_with("2e-300"));
  CHECK(key_with("1.50") == key_with("1.5"));
}

TEST_CASE("a file has no functions, and says so") {
  const TemporaryDirectory folder;
  const auto engine = shop_on_file(folder, surface_file("functions"));
  CHECK(engine->unused_metadata() ==
        std::vector<std::string>{"computed field author.found_books",
                                 "computed field author.novels", "computed field author.greeting",
                                 "computed field author.seen_by", "function public.books_with",
                                 "function public.my_books", "function public.plain",
                                 "function public.touched", "function public.deletes"});
  CHECK(answered(*engine, asking("{ books_with(args: {}) { id } }"), {}) ==
        ordered_json({{"error",
                       {"validation-failed", "$.selectionSet.books_with",
                        "field 'books_with' not found in type: 'query_root'"}}}));
}
