// Plans made by hand, compiled for both dialects and run on both databases.
#include "tools/server/sql/compile.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "storage/database.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/language/error.hpp"

namespace edo::graphql {
namespace {

using nlohmann::json;
using testing::PrivatePostgres;
using testing::TemporaryDirectory;

constexpr const char* kTables = R"(
  CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL, "odd ""name" bigint);
  CREATE TABLE article (id int PRIMARY KEY, author_id int, title text, seen timestamptz,
                        score float8, data jsonb, done boolean);
  INSERT INTO author VALUES (1, 'Ann', 9007199254740993), (2, 'Bob', NULL), (3, 'Cy', 7);
  INSERT INTO article VALUES
    (1, 1, 'Alpha', '2024-01-02T03:04:05.678Z', 1.5, '{"a": {"b": [1, 2]}}', true),
    (2, 1, 'beta', '2024-01-02 05:04:05+02', 2.5, '[1, "x"]', false),
    (3, 2, NULL, NULL, NULL, NULL, NULL),
    (4, 1, 'Gamma_x', '2024-03-01T00:00:00Z', 0.1, '"s"', true);
)";

Column column(const char* name, ScalarType type, const char* sql_type, bool nullable = true) {
  Column made;
  made.name = made.sql_name = name;
  made.type = type;
  made.sql_type = sql_type;
  made.nullable = nullable;
  return made;
}

// The model of kTables, and both databases that hold them.
class World {
 public:
  World() {
    author.name = author.sql_name = "author";
    author.columns = {column("id", ScalarType::integer, "int4", false),
                      column("name", ScalarType::text, "text", false),
                      column("odd \"name", ScalarType::bigint, "int8")};
    article.name = article.sql_name = "article";
    article.columns = {column("id", ScalarType::integer, "int4", false),
                       column("author_id", ScalarType::integer, "int4"),
                       column("title", ScalarType::text, "text"),
                       column("seen", ScalarType::timestamptz, "timestamptz"),
                       column("score", ScalarType::float8, "float8"),
                       column("data", ScalarType::jsonb, "jsonb"),
                       column("done", ScalarType::boolean, "bool")};
    author.relationships.push_back(
        {"articles", true, true, &article, {{&author.columns[0], &article.columns[1]}}});
    article.relationships.push_back(
        {"author", false, true, &author, {{&article.columns[1], &author.columns[0]}}});

    storage::Database(directory_ / "store.db", {storage::Access::create}).execute(kTables);
    sqlite = open_sqlite_backend(directory_ / "store.db", {});
    const std::string url = PrivatePostgres::shared().fresh_database();
    testing::query(url, kTables);
    postgres = open_postgres_backend(url, {});
  }

  // The answer, which must be the same from both.
  json run(const Plan& plan) {
    const json first = answer(*sqlite, plan);
    CHECK(first == answer(*postgres, plan));
    return first;
  }

  Table author;
  Table article;
  std::unique_ptr<Backend> sqlite;
  std::unique_ptr<Backend> postgres;

 private:
  static json answer(Backend& backend, const Plan& plan) {
    json answers = json::array();
    for (const auto& statement : sql::compile(plan, backend.dialect())) {
      INFO(statement.text);
      for (const auto& column : backend.run(statement)) {
        answers.push_back(column ? json::parse(*column) : json());
      }
    }
    return answers;
  }

  TemporaryDirectory directory_;
};

RowField field(const Column& column) { return {column.name, ColumnField{&column, std::nullopt}}; }

Bound text(const char* value) { return {value, ScalarType::text, "text"}; }
Bound integer(int value) { return {value, ScalarType::integer, "int4"}; }

OrderBy by(const Column& column, bool descending = false) {
  return {{}, &column, descending, descending};
}

Rows rows(const Table& table) {
  Rows made;
  made.table = &table;
  made.where.kind = And{};
  return made;
}

Plan plan(RootField field) {
  Plan made;
  made.fields.push_back(std::move(field));
  return made;
}

// The ids of the articles for which the comparison holds.
json ids(World& world, std::size_t column, Operator op, Bound right, bool as_text = false) {
  ManyRows many;
  many.rows = rows(world.article);
  many.rows.where.kind = Compare{&world.article.columns[column], as_text, op, std::move(right)};
  many.rows.order_by.push_back(by(world.article.columns[0]));
  many.fields.push_back(field(world.article.columns[0]));
  json found = json::array();
  const json answer = world.run(plan({"article", std::move(many)}));
  for (const auto& row : answer[0]) found.push_back(row.at("id"));
  return found;
}

TEST_CASE("Values are written alike by both") {
  World world;
  ManyRows many;
  many.rows = rows(world.article);
  many.rows.order_by.push_back(by(world.article.columns[0]));
  for (const auto& column : world.article.columns) many.fields.push_back(field(column));
  many.fields.push_back({"hostile'\"key", Typename{"it's"}});
  many.fields.push_back({"path", ColumnField{&world.article.columns[5], {{"a", "b", "-1"}}}});
  const json answer = world.run(plan({"article", std::move(many)}))[0];
  CHECK(answer[0] == json::parse(R"({"id":1,"author_id":1,"title":"Alpha",
    "seen":"2024-01-02T03:04:05.678+00:00","score":1.5,"data":{"a":{"b":[1,2]}},"done":true,
    "hostile'\"key":"it's","path":2})"));
  CHECK(answer[1]["seen"] == "2024-01-02T03:04:05+00:00");
  CHECK(answer[2]["data"] == nullptr);
  CHECK(answer[2]["done"] == nullptr);
}

TEST_CASE("Objects may have more members than a function has arguments") {
  World world;
  ManyRows many;
  many.rows = rows(world.author);
  many.rows.order_by.push_back(by(world.author.columns[0]));
  for (int i = 0; i < 500; ++i) {
    many.fields.push_back(
        {"k" + std::to_string(i), ColumnField{&world.author.columns[0], std::nullopt}});
  }
  const json answer = world.run(plan({"author", std::move(many)}))[0];
  CHECK(answer.size() == 3);
  CHECK(answer[1].size() == 500);
  CHECK(answer[1]["k499"] == 2);
}

TEST_CASE("Comparisons do as Postgres does") {
  World world;
  CHECK(ids(world, 2, Operator::like, text("%a")) == json({1, 2}));
  CHECK(ids(world, 2, Operator::like, text("a%")) == json::array());
  CHECK(ids(world, 2, Operator::ilike, text("a%")) == json({1}));
  CHECK(ids(world, 2, Operator::nlike, text("%\\_x")) == json({1, 2}));
  CHECK(ids(world, 2, Operator::similar, text("(Al|be)%")) == json({1, 2}));
  CHECK(ids(world, 2, Operator::regex, text("^[A-F]")) == json({1}));
  CHECK(ids(world, 2, Operator::niregex, text("\\malpha\\M")) == json({2, 4}));
  CHECK(ids(world, 0, Operator::in, {json({2, 4, 9}), ScalarType::integer, "int4"}) ==
        json({2, 4}));
  CHECK(ids(world, 0, Operator::in, {json::array(), ScalarType::integer, "int4"}) == json::array());
  CHECK(ids(world, 2, Operator::nin, {json({"beta"}), ScalarType::text, "text"}) == json({1, 4}));
  CHECK(ids(world, 3, Operator::gte,
            {"2024-01-02T03:04:05.6Z", ScalarType::timestamptz, "timestamptz"}) == json({1, 4}));
  CHECK(ids(world, 3, Operator::eq,
            {"2024-01-02T04:04:05+01:00", ScalarType::timestamptz, "timestamptz"}) == json({2}));
  CHECK(ids(world, 3, Operator::is_null, {true, ScalarType::boolean, "bool"}) == json({3}));
  CHECK(ids(world, 5, Operator::contains,
            {json::parse(R"({"a":{}})"), ScalarType::jsonb, "jsonb"}) == json({1}));
  CHECK(ids(world, 5, Operator::contains, {"x", ScalarType::jsonb, "jsonb"}) == json({2}));
  CHECK(ids(world, 5, Operator::eq, {json::parse(R"([1.0,"x"])"), ScalarType::jsonb, "jsonb"}) ==
        json({2}));
  CHECK(ids(world, 5, Operator::has_key, text("x")) == json({2}));
  CHECK(ids(world, 5, Operator::has_keys_any, {json({"s", "a"}), ScalarType::text, "text"}) ==
        json({1, 4}));
  CHECK(ids(world, 5, Operator::like, text("{\"a\": %"), true) == json({1}));
  CHECK(ids(world, 6, Operator::eq, {"true", ScalarType::boolean, "bool"}) == json({1, 4}));
}

TEST_CASE("What is no value of the type is told in the same words") {
  World world;
  for (const auto* backend : {&world.sqlite, &world.postgres}) {
    ManyRows many;
    many.rows = rows(world.article);
    many.rows.where.kind = Compare{&world.article.columns[3],
                                   false,
                                   Operator::eq,
                                   {"soon", ScalarType::timestamptz, "timestamptz"}};
    many.fields.push_back(field(world.article.columns[0]));
    const Plan asked = plan({"article", std::move(many)});
    try {
      (void)(*backend)->run(sql::compile(asked, (*backend)->dialect()).front());
      FAIL("it was taken");
    } catch (const RequestError& error) {
      CHECK(error.code() == "data-exception");
      CHECK(std::string(error.what()) ==
            "invalid input syntax for type timestamp with time zone: \"soon\"");
    }
  }
}

TEST_CASE("Relationships, limits and sorting nest") {
  World world;
  ArrayField articles;
  articles.relationship = &world.author.relationships[0];
  articles.rows = rows(world.article);
  articles.rows.order_by.push_back(by(world.article.columns[3], true));
  articles.rows.limit = 2;
  articles.rows.offset = 1;
  ObjectField author;
  author.relationship = &world.article.relationships[0];
  author.where.kind = And{};
  author.fields.push_back(field(world.author.columns[1]));
  articles.fields.push_back(field(world.article.columns[0]));
  articles.fields.push_back({"author", std::move(author)});

  AggregateOrder most;
  most.relationship = &world.author.relationships[0];
  ManyRows many;
  many.rows = rows(world.author);
  many.rows.order_by.push_back({{}, std::move(most), true, true});
  many.rows.order_by.push_back(by(world.author.columns[1]));
  many.rows.limit = 2;
  many.fields.push_back(field(world.author.columns[2]));
  many.fields.push_back({"articles", std::move(articles)});
  CHECK(world.run(plan({"author", std::move(many)}))[0] == json::parse(R"([
    {"odd \"name": 9007199254740993, "articles": [
      {"id": 1, "author": {"name": "Ann"}}, {"id": 2, "author": {"name": "Ann"}}]},
    {"odd \"name": null, "articles": []}])"));
}

TEST_CASE("distinct_on takes the first row of each in the order that is asked for") {
  World world;
  ManyRows many;
  many.rows = rows(world.article);
  many.rows.distinct_on = {&world.article.columns[1]};
  many.rows.order_by.push_back(by(world.article.columns[1], true));
  many.rows.order_by.push_back(by(world.article.columns[4], false));
  many.fields.push_back(field(world.article.columns[0]));
  CHECK(world.run(plan({"article", std::move(many)}))[0] == json::parse(R"([{"id":3},{"id":4}])"));
}

TEST_CASE("Aggregates, nodes and groups come from the same rows") {
  World world;
  const auto& columns = world.article.columns;
  AggregateSelection selection;
  selection.rows = rows(world.article);
  selection.rows.order_by.push_back(by(columns[0]));
  selection.rows.limit = 3;
  ColumnAggregates sums{AggregateFunction::sum, {{"score", &columns[4]}, {"t", Typename{"x"}}}};
  ColumnAggregates latest{AggregateFunction::max, {{"seen", &columns[3]}}};
  ColumnAggregates spread{AggregateFunction::stddev, {{"score", &columns[4]}}};
  AggregateFields fields;
  fields.push_back({"count", CountField{}});
  fields.push_back({"distinct", CountField{{&columns[1]}, true}});
  fields.push_back({"pairs", CountField{{&columns[1], &columns[2]}, true}});
  fields.push_back({"sum", sums});
  fields.push_back({"max", latest});
  fields.push_back({"stddev", spread});
  NodesField nodes;
  nodes.fields.push_back(field(columns[0]));
  NodesField few;
  few.fields.push_back(field(columns[0]));
  few.limit = 1;
  GroupByField groups;
  groups.keys = {&columns[1]};
  groups.fields.emplace_back("key", std::vector<GroupKeyField>{{"author_id", &columns[1]}});
  groups.fields.emplace_back("aggregate", AggregateFields{{"n", CountField{}}});
  selection.parts.push_back({"aggregate", std::move(fields)});
  selection.parts.push_back({"nodes", std::move(nodes)});
  selection.parts.push_back({"few", std::move(few)});
  selection.parts.push_back({"groups", std::move(groups)});
  json answer = world.run(plan({"article_aggregate", std::move(selection)}))[0];
  CHECK(answer["aggregate"]["stddev"]["score"].get<double>() == Approx(0.7071067811865476));
  answer["aggregate"].erase("stddev");
  CHECK(answer == json::parse(R"({
    "aggregate": {"count": 3, "distinct": 2, "pairs": 3, "sum": {"score": 4, "t": "x"},
                  "max": {"seen": "2024-01-02T03:04:05.678+00:00"}},
    "nodes": [{"id": 1}, {"id": 2}, {"id": 3}], "few": [{"id": 1}],
    "groups": [{"key": {"author_id": 1}, "aggregate": {"n": 2}},
               {"key": {"author_id": 2}, "aggregate": {"n": 1}}]})"));
}

TEST_CASE("Parts that are known need no rows") {
  World world;
  AggregateSelection selection;
  selection.rows = rows(world.article);
  selection.parts.push_back({"__typename", Typename{"article_aggregate"}});
  selection.parts.push_back({"aggregate", AggregateFields{{"__typename", Typename{"fields"}}}});
  CHECK(world.run(plan({"article_aggregate", std::move(selection)}))[0] ==
        json::parse(R"({"__typename":"article_aggregate","aggregate":{"__typename":"fields"}})"));
}

TEST_CASE("A stream yields what lies beyond its cursor, and where that ends") {
  World world;
  Stream stream;
  stream.rows = rows(world.article);
  stream.fields.push_back(field(world.article.columns[0]));
  stream.cursor.emplace_back(&world.article.columns[0], integer(1));
  stream.batch_size = 2;
  Plan next = plan({"article_stream", std::move(stream)});
  CHECK(world.run(next) == json::parse(R"([[{"id":2},{"id":3}],{"id":3}])"));
  std::get<Stream>(next.fields[0].kind).cursor[0].second = integer(4);
  CHECK(world.run(next) == json::parse(R"([[],{"id":4}])"));
}

TEST_CASE("The text is the same for other values") {
  World world;
  const auto text_for = [&](const char* title, std::uint64_t limit) {
    ManyRows many;
    many.rows = rows(world.article);
    many.rows.where.kind = Compare{&world.article.columns[2], false, Operator::eq, text(title)};
    many.rows.limit = limit;
    many.fields.push_back(field(world.article.columns[0]));
    return sql::compile(plan({"article", std::move(many)}), world.sqlite->dialect())[0].text;
  };
  CHECK(text_for("x", 1) == text_for("'); DROP TABLE article; --", 77));
  CHECK(text_for("DROP TABLE", 1).find("DROP") == std::string::npos);
}

TEST_CASE("Root fields beyond what a statement may have columns make another one") {
  World world;
  Plan many_fields;
  for (int i = 0; i < 1500; ++i) {
    OneRow one;
    one.rows = rows(world.author);
    one.rows.where.kind = Compare{&world.author.columns[0], false, Operator::eq, integer(i % 4)};
    one.fields.push_back(field(world.author.columns[0]));
    many_fields.fields.push_back({"f" + std::to_string(i), std::move(one)});
  }
  const json answer = world.run(many_fields);
  CHECK(answer.size() == 1500);
  CHECK(answer[0] == nullptr);
  CHECK(answer[1499] == json::parse(R"({"id":3})"));
}

}  // namespace
}  // namespace edo::graphql
