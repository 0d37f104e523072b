// Plans made by hand, compiled for both dialects and run on both databases.
#include "tools/server/sql/compile.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "storage/database.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/language/error.hpp"

namespace edo::sql {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 20;  // bytes of an answer

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

model::Column column(const char* name, model::ScalarType type, const char* sql_type,
                     bool nullable = true) {
  model::Column made;
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
    author.columns = {column("id", model::ScalarType::integer, "int4", false),
                      column("name", model::ScalarType::text, "text", false),
                      column("odd \"name", model::ScalarType::bigint, "int8")};
    article.name = article.sql_name = "article";
    article.columns = {column("id", model::ScalarType::integer, "int4", false),
                       column("author_id", model::ScalarType::integer, "int4"),
                       column("title", model::ScalarType::text, "text"),
                       column("seen", model::ScalarType::timestamptz, "timestamptz"),
                       column("score", model::ScalarType::float8, "float8"),
                       column("data", model::ScalarType::jsonb, "jsonb"),
                       column("done", model::ScalarType::boolean, "bool")};
    author.relationships.push_back(
        {"articles", true, true, &article, {{&author.columns[0], &article.columns[1]}}});
    article.relationships.push_back(
        {"author", false, true, &author, {{&article.columns[1], &author.columns[0]}}});

    storage::Database(directory_ / "store.db", {storage::Access::create}).execute(kTables);
    sqlite = backend::open_sqlite_backend(directory_ / "store.db", {});
    const std::string url = PrivatePostgres::shared().fresh_database();
    testing::query(url, kTables);
    postgres = backend::open_postgres_backend(url, {});
  }

  // The answer, which must be the same from both.
  json run(const plan::Plan& plan) {
    const json first = answer(*sqlite, plan);
    CHECK(first == answer(*postgres, plan));
    return first;
  }

  model::Table author;
  model::Table article;
  std::unique_ptr<backend::Backend> sqlite;
  std::unique_ptr<backend::Backend> postgres;

 private:
  static json answer(backend::Backend& backend, const plan::Plan& plan) {
    json answers = json::array();
    for (const auto& statement : sql::compile(plan, backend.dialect())) {
      INFO(statement.text);
      for (const auto& column : backend.run(statement, kMost)) {
        answers.push_back(column ? json::parse(*column) : json());
      }
    }
    return answers;
  }

  TemporaryDirectory directory_;
};

plan::RowField field(const model::Column& column) {
  return {column.name, plan::ColumnField{&column, std::nullopt}};
}

plan::Bound text(const char* value) { return {value, model::ScalarType::text, "text"}; }
plan::Bound integer(int value) { return {value, model::ScalarType::integer, "int4"}; }

plan::OrderBy by(const model::Column& column, bool descending = false) {
  return {{}, &column, descending, descending};
}

plan::Rows rows(const model::Table& table) {
  plan::Rows made;
  made.table = &table;
  made.where.kind = plan::And{};
  return made;
}

plan::Plan plan(plan::RootField field) {
  plan::Plan made;
  made.fields.push_back(std::move(field));
  return made;
}

// The ids of the articles for which the comparison holds.
json ids(World& world, std::size_t column, plan::Operator op, plan::Bound right,
         bool as_text = false) {
  plan::ManyRows many;
  many.rows = rows(world.article);
  many.rows.where.kind =
      plan::Compare{&world.article.columns[column], as_text, op, std::move(right)};
  many.rows.order_by.push_back(by(world.article.columns[0]));
  many.fields.push_back(field(world.article.columns[0]));
  json found = json::array();
  const json answer = world.run(plan({"article", std::move(many)}));
  for (const auto& row : answer[0]) found.push_back(row.at("id"));
  return found;
}

TEST_CASE("Both dialects write equal JSON values") {
  World world;
  plan::ManyRows many;
  many.rows = rows(world.article);
  many.rows.order_by.push_back(by(world.article.columns[0]));
  for (const auto& column : world.article.columns) many.fields.push_back(field(column));
  many.fields.push_back({"hostile'\"key", plan::Typename{"it's"}});
  many.fields.push_back({"path", plan::ColumnField{&world.article.columns[5], {{"a", "b", "-1"}}}});
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
  plan::ManyRows many;
  many.rows = rows(world.author);
  many.rows.order_by.push_back(by(world.author.columns[0]));
  for (int i = 0; i < 500; ++i) {
    many.fields.push_back(
        {"k" + std::to_string(i), plan::ColumnField{&world.author.columns[0], std::nullopt}});
  }
  const json answer = world.run(plan({"author", std::move(many)}))[0];
  CHECK(answer.size() == 3);
  CHECK(answer[1].size() == 500);
  CHECK(answer[1]["k499"] == 2);
}

TEST_CASE("Comparisons behave as in Postgres") {
  World world;
  CHECK(ids(world, 2, plan::Operator::like, text("%a")) == json({1, 2}));
  CHECK(ids(world, 2, plan::Operator::like, text("a%")) == json::array());
  CHECK(ids(world, 2, plan::Operator::ilike, text("a%")) == json({1}));
  CHECK(ids(world, 2, plan::Operator::nlike, text("%\\_x")) == json({1, 2}));
  CHECK(ids(world, 2, plan::Operator::similar, text("(Al|be)%")) == json({1, 2}));
  CHECK(ids(world, 2, plan::Operator::regex, text("^[A-F]")) == json({1}));
  CHECK(ids(world, 2, plan::Operator::niregex, text("\\malpha\\M")) == json({2, 4}));
  CHECK(ids(world, 0, plan::Operator::in, {json({2, 4, 9}), model::ScalarType::integer, "int4"}) ==
        json({2, 4}));
  CHECK(ids(world, 0, plan::Operator::in, {json::array(), model::ScalarType::integer, "int4"}) ==
        json::array());
  CHECK(ids(world, 2, plan::Operator::nin, {json({"beta"}), model::ScalarType::text, "text"}) ==
        json({1, 4}));
  CHECK(ids(world, 3, plan::Operator::gte,
            {"2024-01-02T03:04:05.6Z", model::ScalarType::timestamptz, "timestamptz"}) ==
        json({1, 4}));
  CHECK(ids(world, 3, plan::Operator::eq,
            {"2024-01-02T04:04:05+01:00", model::ScalarType::timestamptz, "timestamptz"}) ==
        json({2}));
  CHECK(ids(world, 3, plan::Operator::is_null, {true, model::ScalarType::boolean, "bool"}) ==
        json({3}));
  CHECK(ids(world, 5, plan::Operator::contains,
            {json::parse(R"({"a":{}})"), model::ScalarType::jsonb, "jsonb"}) == json({1}));
  CHECK(ids(world, 5, plan::Operator::contains, {"x", model::ScalarType::jsonb, "jsonb"}) ==
        json({2}));
  CHECK(ids(world, 5, plan::Operator::eq,
            {json::parse(R"([1.0,"x"])"), model::ScalarType::jsonb, "jsonb"}) == json({2}));
  CHECK(ids(world, 5, plan::Operator::has_key, text("x")) == json({2}));
  CHECK(ids(world, 5, plan::Operator::has_keys_any,
            {json({"s", "a"}), model::ScalarType::text, "text"}) == json({1, 4}));
  CHECK(ids(world, 5, plan::Operator::like, text("{\"a\": %"), true) == json({1}));
  CHECK(ids(world, 6, plan::Operator::eq, {"true", model::ScalarType::boolean, "bool"}) ==
        json({1, 4}));
}

TEST_CASE("Invalid values are refused with the same message") {
  World world;
  for (const auto* backend : {&world.sqlite, &world.postgres}) {
    plan::ManyRows many;
    many.rows = rows(world.article);
    many.rows.where.kind = plan::Compare{&world.article.columns[3],
                                         false,
                                         plan::Operator::eq,
                                         {"soon", model::ScalarType::timestamptz, "timestamptz"}};
    many.fields.push_back(field(world.article.columns[0]));
    const plan::Plan asked = plan({"article", std::move(many)});
    try {
      (void)(*backend)->run(sql::compile(asked, (*backend)->dialect()).front(), kMost);
      FAIL("it was taken");
    } catch (const language::RequestError& error) {
      CHECK(error.code() == "data-exception");
      CHECK(std::string(error.what()) ==
            "invalid input syntax for type timestamp with time zone: \"soon\"");
    }
  }
}

TEST_CASE("Relationships, limits and sorting nest") {
  World world;
  plan::ArrayField articles;
  articles.relationship = &world.author.relationships[0];
  articles.rows = rows(world.article);
  articles.rows.order_by.push_back(by(world.article.columns[3], true));
  articles.rows.limit = 2;
  articles.rows.offset = 1;
  plan::ObjectField author;
  author.relationship = &world.article.relationships[0];
  author.where.kind = plan::And{};
  author.fields.push_back(field(world.author.columns[1]));
  articles.fields.push_back(field(world.article.columns[0]));
  articles.fields.push_back({"author", std::move(author)});

  plan::AggregateOrder most;
  most.relationship = &world.author.relationships[0];
  plan::ManyRows many;
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

TEST_CASE("distinct_on takes the first row of each group in the requested order") {
  World world;
  plan::ManyRows many;
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
  plan::AggregateSelection selection;
  selection.rows = rows(world.article);
  selection.rows.order_by.push_back(by(columns[0]));
  selection.rows.limit = 3;
  plan::ColumnAggregates sums{plan::AggregateFunction::sum,
                              {{"score", &columns[4]}, {"t", plan::Typename{"x"}}}};
  plan::ColumnAggregates latest{plan::AggregateFunction::max, {{"seen", &columns[3]}}};
  plan::ColumnAggregates spread{plan::AggregateFunction::stddev, {{"score", &columns[4]}}};
  plan::AggregateFields fields;
  fields.push_back({"count", plan::CountField{}});
  fields.push_back({"distinct", plan::CountField{{&columns[1]}, true}});
  fields.push_back({"pairs", plan::CountField{{&columns[1], &columns[2]}, true}});
  fields.push_back({"sum", sums});
  fields.push_back({"max", latest});
  fields.push_back({"stddev", spread});
  plan::NodesField nodes;
  nodes.fields.push_back(field(columns[0]));
  plan::NodesField few;
  few.fields.push_back(field(columns[0]));
  few.limit = 1;
  plan::GroupByField groups;
  groups.keys = {&columns[1]};
  groups.fields.emplace_back("key", std::vector<plan::GroupKeyField>{{"author_id", &columns[1]}});
  groups.fields.emplace_back("aggregate", plan::AggregateFields{{"n", plan::CountField{}}});
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

TEST_CASE("Constant parts need no rows") {
  World world;
  plan::AggregateSelection selection;
  selection.rows = rows(world.article);
  selection.parts.push_back({"__typename", plan::Typename{"article_aggregate"}});
  selection.parts.push_back(
      {"aggregate", plan::AggregateFields{{"__typename", plan::Typename{"fields"}}}});
  CHECK(world.run(plan({"article_aggregate", std::move(selection)}))[0] ==
        json::parse(R"({"__typename":"article_aggregate","aggregate":{"__typename":"fields"}})"));
}

TEST_CASE("A stream returns the rows beyond its cursor, and the new cursor") {
  World world;
  plan::Stream stream;
  stream.rows = rows(world.article);
  stream.fields.push_back(field(world.article.columns[0]));
  stream.cursor.emplace_back(&world.article.columns[0], integer(1));
  stream.batch_size = 2;
  plan::Plan next = plan({"article_stream", std::move(stream)});
  CHECK(world.run(next) == json::parse(R"([[{"id":2},{"id":3}],{"id":3}])"));
  std::get<plan::Stream>(next.fields[0].kind).cursor[0].second = integer(4);
  CHECK(world.run(next) == json::parse(R"([[],{"id":4}])"));
}

TEST_CASE("The SQL text does not depend on values") {
  World world;
  const auto text_for = [&](const char* title, std::uint64_t limit) {
    plan::ManyRows many;
    many.rows = rows(world.article);
    many.rows.where.kind =
        plan::Compare{&world.article.columns[2], false, plan::Operator::eq, text(title)};
    many.rows.limit = limit;
    many.fields.push_back(field(world.article.columns[0]));
    return sql::compile(plan({"article", std::move(many)}), world.sqlite->dialect())[0].text;
  };
  CHECK(text_for("x", 1) == text_for("'); DROP TABLE article; --", 77));
  CHECK(text_for("DROP TABLE", 1).find("DROP") == std::string::npos);
}

TEST_CASE("A plan suits all values if no condition compares with them") {
  World world;
  world.article.primary_key = {&world.article.columns[0]};
  const auto suits_all_values = [&](const model::Column* compared, plan::Operator op,
                                    plan::Bound value) {
    plan::ManyRows many;
    many.rows = rows(world.article);
    many.rows.limit = 10;
    many.rows.offset = 5;
    if (compared != nullptr) {
      many.rows.where.kind = plan::Compare{compared, false, op, std::move(value)};
    }
    many.fields.push_back({"at", plan::ColumnField{&world.article.columns[5], {{"a", "b"}}}});
    const plan::Plan whole = plan({"article", std::move(many)});
    (void)world.run(whole);
    return sql::compile(whole, world.postgres->dialect())[0].suits_all_values;
  };
  const model::Column& id = world.article.columns[0];
  CHECK(suits_all_values(nullptr, plan::Operator::eq, integer(1)));
  CHECK(suits_all_values(&id, plan::Operator::eq, integer(1)));
  CHECK_FALSE(suits_all_values(&id, plan::Operator::gt, integer(1)));
  CHECK_FALSE(suits_all_values(&world.article.columns[1], plan::Operator::eq, integer(1)));
  CHECK_FALSE(suits_all_values(&world.article.columns[2], plan::Operator::like, text("%a")));
}

TEST_CASE("More root fields than columns give several statements") {
  World world;
  plan::Plan many_fields;
  for (int i = 0; i < 1500; ++i) {
    plan::OneRow one;
    one.rows = rows(world.author);
    one.rows.where.kind =
        plan::Compare{&world.author.columns[0], false, plan::Operator::eq, integer(i % 4)};
    one.fields.push_back(field(world.author.columns[0]));
    many_fields.fields.push_back({"f" + std::to_string(i), std::move(one)});
  }
  const json answer = world.run(many_fields);
  CHECK(answer.size() == 1500);
  CHECK(answer[0] == nullptr);
  CHECK(answer[1499] == json::parse(R"({"id":3})"));
}

}  // namespace
}  // namespace edo::sql
