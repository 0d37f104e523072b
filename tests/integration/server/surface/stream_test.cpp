// Streams: every row beyond the cursor once and in order, wherever a batch ends.
#include <catch2/catch.hpp>

#include "shop.hpp"
#include "support/postgres.hpp"

using namespace edo;
using namespace edo::testing;
using nlohmann::json;

namespace {

std::unique_ptr<engine::LiveQuery> stream(engine::Engine& engine, const std::string& field) {
  return engine.subscribe({"subscription { " + field + " }", "", {}}, {});
}

// What each poll yields until one yields nothing.
json batches(engine::Engine& engine, const std::string& field) {
  const auto query = stream(engine, field);
  json result = json::array();
  while (const auto answer = poll(*query)) {
    json rows = json::array();
    const json data = json::parse(*answer).at("data");
    for (const json& row : data.begin().value()) rows.push_back(row.begin().value());
    result.push_back(rows);
  }
  return result;
}

void check_all(engine::Engine& engine) {
  const auto by_pages = [&](int size, const char* direction, int begin) {
    return batches(engine, "book_stream(batch_size: " + std::to_string(size) +
                               ", cursor: {ordering: " + direction + ", initial_value: {pages: " +
                               std::to_string(begin) + "}}) { title }")
        .dump();
  };
  // Two books have 300 pages, so what comes first is told by their ids.
  CHECK(by_pages(1, "ASC", 0) ==
        R"([["Back\\slash"],["Middle_ground"],["A fine 100% start"],["middle ground"]])");
  CHECK(by_pages(3, "ASC", 0) ==
        R"([["Back\\slash","Middle_ground","A fine 100% start"],["middle ground"]])");
  CHECK(by_pages(1, "DESC", 1000) ==
        R"([["middle ground"],["A fine 100% start"],["Middle_ground"],["Back\\slash"]])");
  CHECK(by_pages(2, "ASC", 300) == "[]");
  // Rows without fields are rows as well, also in a live query.
  const auto polled = [&](const std::string& field) {
    return json::parse(poll(*stream(engine, field)).value_or("null")).dump();
  };
  CHECK(polled("book_stream(batch_size: 2, cursor: {initial_value: {pages: 0}})"
               " { id @skip(if: true) }") == R"({"data":{"book_stream":[{},{}]}})");
  CHECK(polled("author(where: {id: {_lt: 3}}) { ... on book { id } }") ==
        R"({"data":{"author":[{},{}]}})");
  // A column of the primary key itself, and one that not all rows have.
  CHECK(batches(engine, R"(opinions_stream(batch_size: 1, cursor: {initial_value: {reader: ""}})
                           { stars })")
            .dump() == "[[5],[4],[2]]");
  CHECK(batches(engine, R"(author_stream(batch_size: 1, cursor: {initial_value:
                           {joined_at: "2023-06-30T23:59:59Z"}}) { id })")
            .dump() == "[[4],[2],[1]]");
}

}  // namespace

TEST_CASE("a stream on a local file misses nothing between batches") {
  const TemporaryDirectory folder;
  check_all(*shop_on_file(folder));
}

TEST_CASE("a stream on PostgreSQL misses nothing between batches, and can begin now") {
  const std::string url = PrivatePostgres::shared().fresh_database();
  const auto engine = shop_on_postgres(url);
  check_all(*engine);

  const auto newcomers = stream(
      *engine,
      R"(author_stream(batch_size: 5, cursor: {initial_value: {joined_at: "now"}}) { name })");
  CHECK(poll(*newcomers) == std::nullopt);
  query(url, "INSERT INTO author (id, name, joined_at, active) VALUES (9, 'Di', now(), true)");
  CHECK(poll(*newcomers) == R"({"data":{"author_stream":[{"name" : "Di"}]}})");
  CHECK(poll(*newcomers) == std::nullopt);
}
