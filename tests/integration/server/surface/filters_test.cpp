// Row filters of metadata: one that does not fit shows nothing, and never more than was meant.
#include <catch2/catch.hpp>
#include <fstream>

#include "shop.hpp"
#include "support/postgres.hpp"

using namespace edo;
using namespace edo::testing;
using nlohmann::json;

namespace {

// For tables author and book; `author` is a relationship of book.
const std::pair<const char*, const char*> kWrong[] = {
    {"author", R"({"nothing": {"_eq": 1}})"},
    {"author", R"({"_or": [{"active": true}, {"friends": {}}]})"},
    {"author", R"({"id": {"_equals": 1}})"},
    {"author", R"({"id": {"eq": 1}})"},
    {"author", R"({"id": {"_eq": "me"}})"},
    {"author", R"({"id": {"_in": [1, "me"]}})"},
    {"author", R"({"id": {"_ceq": "nothing"}})"},
    {"author", R"({"id": {"_like": "1"}})"},
    {"author", R"({"id": {"_contains": 1}})"},
    {"author", R"({"name": {"_has_key": "a"}})"},
    {"author", R"({"name": {"_cnlike": "name"}})"},
    {"author", R"({"id": {"_cin": "id"}})"},
    {"author", R"({"id": {"_is_null": "perhaps"}})"},
    {"author", R"({"settings": {"_cast": {"Number": {"_eq": 1}}}})"},
    {"author", R"({"_and": {"id": 1}})"},
    {"author", R"({"_not": null})"},
    {"author", R"({"_exists": {"_table": {"schema": "public", "name": "gone"}, "_where": {}}})"},
    {"author", R"({"_exists": []})"},
    {"author", R"({"_exists": {"_where": {}}})"},
    {"book", R"({"author": {"nothing": {"_eq": 1}}})"},
    {"book", R"({"author": []})"},
    {"book", R"({"publisher": {"id": {"_eq": 1}}})"},  // a relationship that does not fit either
};

// Nothing is equal to null, and nothing is not: neither the comparison nor its opposite holds.
const char* const kNeverTrue[] = {
    R"({"name": {"_eq": null}})",
    R"({"_not": {"name": {"_eq": null}}})",
    R"({"_not": {"joined_at": {"_gt": null}}})",
    R"({"_not": {"settings": {"_contains": null}}})",
    R"({"_not": {"settings": {"_has_keys_any": "X-Hasura-Missing"}}})",
};

std::string wrong_role(std::size_t number) { return "wrong" + std::to_string(number); }
std::string never_role(std::size_t number) { return "never" + std::to_string(number); }

json permission(const std::string& role, const char* filter) {
  return {{"role", role},
          {"permission",
           {{"columns", "*"}, {"allow_aggregations", true}, {"filter", json::parse(filter)}}}};
}

// Each row is equal to itself, and none differs from itself.
constexpr const char* kItself = R"({"id": {"_ceq": ["$", "id"]}})";
constexpr const char* kAnother = R"({"id": {"_cne": ["$", "id"]}})";

// The metadata's folder, below `folder`.
std::string metadata(const TemporaryDirectory& folder) {
  json author = json::parse(R"({"table": "author", "array_relationships": [{"name": "books",
    "using": {"foreign_key_constraint_on": {"table": "book", "column": "author_id"}}}]})");
  json book = json::parse(R"({"table": "book", "object_relationships": [
    {"name": "author", "using": {"foreign_key_constraint_on": "author_id"}},
    {"name": "publisher", "using": {"foreign_key_constraint_on": "publisher_id"}}]})");
  for (std::size_t i = 0; i < std::size(kWrong); ++i) {
    json& table = kWrong[i].first == std::string("author") ? author : book;
    table["select_permissions"].push_back(permission(wrong_role(i), kWrong[i].second));
  }
  for (std::size_t i = 0; i < std::size(kNeverTrue); ++i) {
    author["select_permissions"].push_back(permission(never_role(i), kNeverTrue[i]));
  }
  author["select_permissions"].push_back(permission("missing", R"({"id": "X-Hasura-Id"})"));
  author["select_permissions"].push_back(
      permission("ids", R"({"_not": {"id": {"_in": "X-Hasura-Ids"}}})"));

  for (json* table : {&author, &book}) {
    (*table)["select_permissions"].push_back(permission("self", kItself));
  }
  author["select_permissions"].push_back(permission("blind", kItself));
  book["select_permissions"].push_back(permission("blind", kAnother));

  std::filesystem::create_directories(folder / "metadata/databases");
  std::ofstream(folder / "metadata/databases/databases.yaml")
      << json::array({{{"name", "shop"}, {"tables", {author, book}}}});
  return folder / "metadata";
}

json asked(engine::Engine& engine, const std::string& table, const std::string& role,
           std::map<std::string, std::string> variables = {}, const std::string& where = "{}") {
  return answered(engine,
                  {"{ " + table + "(where: " + where + ", order_by: {id: asc}) { id } }", "", {}},
                  {role, std::move(variables)});
}

void check_all(engine::Engine& engine) {
  CHECK(engine.inconsistencies().size() == std::size(kWrong) + 1);
  for (std::size_t i = 0; i < std::size(kWrong); ++i) {
    CAPTURE(kWrong[i].second);
    const std::string table = kWrong[i].first;
    CHECK(asked(engine, table, wrong_role(i))["error"][2] ==
          "field '" + table + "' not found in type: 'query_root'");
    const auto told = [&](const std::string& line) {
      return line.starts_with("metadata of table " + table + ": role " + wrong_role(i) + ": ");
    };
    CHECK(std::count_if(engine.inconsistencies().begin(), engine.inconsistencies().end(), told) ==
          1);
  }
  for (std::size_t i = 0; i < std::size(kNeverTrue); ++i) {
    CAPTURE(kNeverTrue[i]);
    CHECK(asked(engine, "author", never_role(i)).dump() == R"({"data":{"author":[]}})");
  }
  for (const char* role : {"missing", "ids"}) {
    CHECK_THAT(asked(engine, "author", role)["error"][2].get<std::string>(),
               Catch::Matchers::Contains("missing session variable: \"x-hasura-id"));
  }
  CHECK(asked(engine, "author", "ids", {{"x-hasura-ids", "{1,2}"}}).dump() ==
        R"({"data":{"author":[{"id":3},{"id":4}]}})");
}

// `$` in a filter is the row that the filter is about, however a query gets there.
void check_roots(engine::Engine& engine) {
  const auto found = [&](const char* role, const char* where) {
    return asked(engine, "author", role, {}, where)["data"]["author"].dump();
  };
  CHECK(found("self", "{books: {}}") == R"([{"id":1},{"id":2}])");
  CHECK(found("blind", "{books: {}}") == "[]");
  CHECK(found("blind", "{_not: {books: {author: {id: {_eq: 1}}}}}") ==
        R"([{"id":1},{"id":2},{"id":3},{"id":4}])");
  const char* kHasTwo = "{books_aggregate: {count: {predicate: {_eq: 2}}}}";
  CHECK(found("self", kHasTwo) == R"([{"id":1}])");
  CHECK(found("blind", kHasTwo) == "[]");
}

}  // namespace

TEST_CASE("filters show the intended rows or none, on a local file") {
  const TemporaryDirectory folder;
  const auto engine = shop_on_file(folder, metadata(folder));
  check_all(*engine);
  check_roots(*engine);
}

TEST_CASE("filters show the intended rows or none, on PostgreSQL") {
  const TemporaryDirectory folder;
  const auto engine =
      shop_on_postgres(PrivatePostgres::shared().fresh_database(), metadata(folder));
  check_all(*engine);
  check_roots(*engine);
}
