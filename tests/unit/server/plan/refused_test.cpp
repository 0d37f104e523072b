// What requests that are wrong are told: code, place and words.
#include <catch2/catch.hpp>
#include <ctime>

#include "unit/server/plan/planning.hpp"

using namespace edo;
using namespace edo::plan::tests;
using nlohmann::json;

namespace {

// Of a validation-failed at a place below the root's fields.
void check(const std::string& query, const std::string& path, const std::string& message,
           const json& variables = json::object()) {
  INFO(query);
  CHECK(refused({query, variables}) == "validation-failed $.selectionSet." + path + ": " + message);
}

// The members of an object or the arguments of a field, so many that comparing each with each would
// take long.
std::string named(bool backwards) {
  constexpr int kCount = 20'000;
  std::string text;
  for (int i = 0; i < kCount; ++i) {
    text += "m" + std::to_string(backwards ? kCount - i : i + 1) + ":1 ";
  }
  return text;
}

// Of the processor, whatever else the machine does.
std::clock_t time_of(const std::string& query, const std::string& message) {
  const std::clock_t begin = std::clock();
  CHECK_THAT(refused({query}), Catch::Matchers::Contains(message));
  return std::clock() - begin;
}

// Of what is wrong with the request as a whole.
void check_whole(const std::string& query, const std::string& message,
                 const json& variables = json::object(),
                 const std::string& code = "validation-failed") {
  INFO(query);
  CHECK(refused({query, variables}) == code + " $: " + message);
}

}  // namespace

TEST_CASE("refused: unknown fields") {
  check("{ nothing { id } }", "nothing", "field 'nothing' not found in type: 'query_root'");
  check("{ author { nothing } }", "author.selectionSet.nothing",
        "field 'nothing' not found in type: 'author'");
  check("{ author { articles { a: nothing } } }",
        "author.selectionSet.articles.selectionSet.nothing",
        "field 'nothing' not found in type: 'article'");
  check("{ author_aggregate { aggregate { max { is_registered } } } }",
        "author_aggregate.selectionSet.aggregate.selectionSet.max.selectionSet.is_registered",
        "field 'is_registered' not found in type: 'author_max_fields'");
  check("{ author { __schema { types { name } } } }", "author.selectionSet.__schema",
        "field '__schema' not found in type: 'author'");
}

TEST_CASE("refused: selections of leaves, and objects without selections") {
  check("{ author }", "author.selectionSet", "missing selection set for 'author'");
  check("{ author { articles } }", "author.selectionSet.articles.selectionSet",
        "missing selection set for 'article'");
  check("{ author { id { x } } }", "author.selectionSet.id",
        "unexpected subselection set for non-object field");
  check("{ author_aggregate { aggregate { count { x } } } }",
        "author_aggregate.selectionSet.aggregate.selectionSet.count",
        "unexpected subselection set for non-object field");
}

TEST_CASE("refused: arguments") {
  check("{ author(nothing: 1) { id } }", "author", "'author' has no argument named 'nothing'");
  check("{ author { id(path: \"a\") } }", "author.selectionSet.id",
        "'id' has no argument named 'path'");
  check("{ author_by_pk { id } }", "author_by_pk.args.id", "missing required field 'id'");
  check("{ author_by_pk(id: null) { id } }", "author_by_pk.args.id",
        "unexpected null value for type 'Int'");
  check("{ article_aggregate { group_by { aggregate { count } } } }",
        "article_aggregate.selectionSet.group_by.args.keys", "missing required field 'keys'");
  check("{ article_aggregate { group_by(keys: {}) { aggregate { count } } } }",
        "article_aggregate.selectionSet.group_by.args.keys[0].column",
        "missing required field 'column'");
}

TEST_CASE("refused: limit and offset") {
  const std::string limit = "expected a non-negative 32-bit integer for type 'Int', but found ";
  check("{ author(limit: -1) { id } }", "author.args.limit", limit + "an integer");
  check("{ author(limit: \"3\") { id } }", "author.args.limit", limit + "a string");
  check("{ author(limit: 1.5) { id } }", "author.args.limit", limit + "a float");
  check("query($l: Int) { author(limit: $l) { id } }", "author.args.limit", limit + "a number",
        {{"l", -1}});
  check("{ author(offset: \"x\") { id } }", "author.args.offset",
        "expected a 32-bit integer, or a 64-bit integer represented as a string for type 'Int', "
        "but found a string");
  CHECK(refused({"{ author(limit: 3000000000) { id } }"}) ==
        "parse-failed $.selectionSet.author.args.limit: The value 3.0e9 lies outside the bounds or "
        "is not an integer. Maybe it is a float, or is there integer overflow?");
  check_whole("{ author(offset: -1) { id } }", "OFFSET must not be negative", json::object(),
              "data-exception");
}

TEST_CASE("refused: conditions") {
  check("{ author(where: {nothing: {_eq: 1}}) { id } }", "author.args.where.nothing",
        "field 'nothing' not found in type: 'author_bool_exp'");
  check("{ author(where: {name: {_ne: \"a\"}}) { id } }", "author.args.where.name._ne",
        "field '_ne' not found in type: 'String_comparison_exp'");
  check("{ author(where: {id: {_like: \"a\"}}) { id } }", "author.args.where.id._like",
        "field '_like' not found in type: 'Int_comparison_exp'");
  check("{ article(where: {kind: {_gt: essay}}) { id } }", "article.args.where.kind._gt",
        "field '_gt' not found in type: 'kind_enum_comparison_exp'");
  check("{ author(where: {id: {_eq: null}}) { id } }", "author.args.where.id._eq",
        "unexpected null value for type 'Int'");
  check("{ author(where: {id: 1}) { id } }", "author.args.where.id",
        "expected an object for type 'Int_comparison_exp', but found an integer");
  check("{ author(where: 1) { id } }", "author.args.where",
        "expected an object for type 'author_bool_exp', but found an integer");
  check("{ author(where: {_and: null}) { id } }", "author.args.where._and",
        "expected a list, but found null");
  check("{ author(where: {_or: [{id: {_in: [1, null]}}]}) { id } }",
        "author.args.where._or[0].id._in[1]", "unexpected null value for type 'Int'");
  check("{ author(where: {id: {_is_null: 1}}) { id } }", "author.args.where.id._is_null",
        "expected a boolean for type 'Boolean', but found an integer");
  check("{ author(where: {articles_aggregate: {}}) { id } }",
        "author.args.where.articles_aggregate", "exactly one predicate should be specified");
  check("{ author(where: {articles_aggregate: {count: {}}}) { id } }",
        "author.args.where.articles_aggregate.count.predicate",
        "missing required field 'predicate'");
}

TEST_CASE("refused: values of the wrong kind") {
  const auto where = [](const std::string& condition) {
    return refused({"{ article(where: {" + condition + "}) { id } }"});
  };
  const std::string place = "parse-failed $.selectionSet.article.args.where.";
  CHECK(where("title: {_eq: 5}") == place +
                                        "title._eq: parsing Text failed, expected String, but "
                                        "encountered Number");
  CHECK(where("id: {_eq: true}") == place +
                                        "id._eq: parsing Int32 failed, expected Number, but "
                                        "encountered Boolean");
  CHECK(where("id: {_eq: 1.5}") == place +
                                       "id._eq: parsing Int32 failed, value is either floating "
                                       "or will cause over or underflow 1.5");
  CHECK(where("id: {_in: [1, []]}") == place +
                                           "id._in[1]: parsing Int32 failed, expected Number, "
                                           "but encountered Array");
  CHECK(where("is_published: {_eq: 1}") == place +
                                               "is_published._eq: parsing Bool failed, "
                                               "expected Boolean, but encountered Number");
  CHECK(where("uid: {_eq: 1}") ==
        place + "uid._eq: parsing UUID failed, expected String, but encountered Number");
  CHECK(where("id: {_eq: \"x\"}") ==
        "data-exception $: invalid input syntax for type integer: \"x\"");
  CHECK(where("id: {_eq: \"3000000000\"}") ==
        "data-exception $: value \"3000000000\" is out of range for type integer");
  CHECK(where("uid: {_eq: \"28d6d683\"}") ==
        "data-exception $: invalid input syntax for type uuid: \"28d6d683\"");
  CHECK(where("weight: {_eq: \"1.5.2\"}") ==
        "data-exception $: invalid input syntax for type double precision: \"1.5.2\"");
  CHECK(where("is_published: {_eq: \"o\"}") ==
        "data-exception $: invalid input syntax for type boolean: \"o\"");
  CHECK(where("author: {joined_at: {_gt: \"soon\"}}") ==
        "data-exception $: invalid input syntax for type timestamp with time zone: \"soon\"");
}

TEST_CASE("refused: enumerations") {
  check("{ author(order_by: {id: sideways}) { id } }", "author.args.order_by[0].id",
        "expected one of the values ['asc', 'asc_nulls_first', 'asc_nulls_last', 'desc', "
        "'desc_nulls_first', 'desc_nulls_last'] for type 'order_by', but found 'sideways'");
  check("{ author(order_by: {id: \"asc\"}) { id } }", "author.args.order_by[0].id",
        "expected an enum value for type 'order_by', but found a string");
  check("{ article(where: {kind: {_eq: novel}}) { id } }", "article.args.where.kind._eq",
        "expected one of the values ['essay', 'story'] for type 'kind_enum', but found 'novel'");
  check("{ author(distinct_on: [age]) { id } }", "author.args.distinct_on[0]",
        "expected one of the values ['id', 'name', 'is_registered', 'joined_at', 'score', "
        "'settings'] for type 'author_select_column', but found 'age'");
}

TEST_CASE("refused: order_by and distinct_on") {
  check("{ author(order_by: {articles: {id: asc}}) { id } }", "author.args.order_by[0].articles",
        "field 'articles' not found in type: 'author_order_by'");
  check("{ author(order_by: {articles_aggregate: {max: null}}) { id } }",
        "author.args.order_by[0].articles_aggregate.max",
        "expected an object for type 'article_max_order_by', but found null");
  const std::string message = R"("distinct_on" columns must match initial "order_by" columns)";
  check("{ author(distinct_on: [name], order_by: [{id: asc}]) { id } }", "author.args", message);
  check("{ author(distinct_on: [name, id], order_by: [{name: asc}]) { id } }", "author.args",
        message);
  check("{ article(distinct_on: [id], order_by: [{author: {id: asc}}]) { id } }", "article.args",
        message);
}

TEST_CASE("refused: variables") {
  check("query($v: String) { author(limit: $v) { id } }", "author.args.limit",
        "variable 'v' is declared as 'String', but used where 'Int' is expected");
  check("query($v: Int) { author_by_pk(id: $v) { id } }", "author_by_pk.args.id",
        "variable 'v' is declared as 'Int', but used where 'Int!' is expected", {{"v", 1}});
  check("query($v: [Int]) { author(where: {id: {_in: $v}}) { id } }", "author.args.where.id._in",
        "variable 'v' is declared as '[Int]', but used where '[Int!]' is expected", {{"v", {1}}});
  check("query($v: Int) { author(where: {id: {_eq: $v}}) { id } }", "author.args.where.id._eq",
        "unexpected null value for type 'Int'");
  check("query($v: author_bool_exp) { author(where: $v) { id } }", "author.args.where.x",
        "field 'x' not found in type: 'author_bool_exp'", {{"v", {{"x", 1}}}});
  check("query($v: author_bool_exp) { author(where: $v) { id } }", "author.args.where",
        "variable value contains object with key \"a b\", which is not a legal GraphQL name",
        {{"v", {{"a b", 1}}}});
  check_whole("query($v: Int!) { author { id } }",
              "expecting a value for non-nullable variable: \"v\"");
  check_whole("query($v: Int!) { author { id } }",
              "null value found for non-nullable type: \"Int!\"", {{"v", nullptr}});
  check_whole("{ author(limit: $v) { id } }", "unbound variable \"v\"");
  check_whole("query($v: Int, $v: Int) { author { id } }",
              "multiple definitions for variable \"v\"", json::object(), "parse-failed");
}

TEST_CASE("refused: a default makes a nullable variable fit") {
  CHECK(planned({"query($v: Int = 3) { author_by_pk(id: $v) { id } }"}) ==
        "author_by_pk: one author where id = 3::int4 {id}");
  check("query($v: Int = 3) { author_by_pk(id: $v) { id } }", "author_by_pk.args.id",
        "unexpected null value for type 'Int'", {{"v", nullptr}});
}

TEST_CASE("refused: fragments") {
  check_whole("{ author { ...F } } fragment F on author { id } fragment F on author { id }",
              "multiple definitions for fragment \"F\"", json::object(), "parse-failed");
  CHECK(refused({"{ author { ...F } }"}) ==
        "validation-failed $.selectionSet: reference to undefined fragment \"F\"");
  CHECK(
      refused(
          {"{ author { ...A } } fragment A on author { ...B } fragment B on author { ...A }"}) ==
      "validation-failed $.selectionSet: the fragment definition(s) \"A\" and \"B\" form a cycle");
  CHECK(refused({"{ author { ...A } } fragment A on author { articles { author { ...A } } }"}) ==
        "validation-failed $.selectionSet: the fragment definition(s) \"A\" form a cycle");
}

TEST_CASE("refused: conflicting selections") {
  check("{ author_aggregate { aggregate { count count(distinct: true) } } }",
        "author_aggregate.selectionSet.aggregate.selectionSet",
        "inconsistent arguments between multiple selections of field 'count'");
  check("{ author { x: id x: name } }", "author.selectionSet",
        "selection of both 'id' and 'name' specify the same response name, 'x'");
}

TEST_CASE("refused: directives") {
  check("{ author { id @nothing } }", "author.selectionSet",
        "directive 'nothing' is not defined in the schema");
  check("{ author { id @cached } }", "author.selectionSet",
        "directive 'cached' is not allowed on a field");
  check("{ author { id @skip(if: true) @skip(if: true) } }", "author.selectionSet",
        "the following directives are used more than once: ['skip']");
  check("{ author { id @include } }", "author.selectionSet.include.args.if",
        "missing required field 'if'");
  check("{ author { id @include(if: 1) } }", "author.selectionSet.include.args.if",
        "expected a boolean for type 'Boolean', but found an integer");
  check("{ author { id @include(unless: true) } }", "author.selectionSet.include",
        "'include' has no argument named 'unless'");
  check_whole("query @skip(if: true) { author { id } }",
              "directive 'skip' is not allowed on a query");
}

TEST_CASE("refused: paths into JSON") {
  for (const std::string path :
       {"a..b", "a[", "a['b]", "a[b]", "", "a.", "[]", "a b", "0a", "[-]", "$$"}) {
    CHECK_THAT(refused({"query($p: String!) { author { settings(path: $p) } }", {{"p", path}}}),
               Catch::Matchers::StartsWith("validation-failed $.selectionSet.author.selectionSet."
                                           "settings.args.path: parse json path error: "));
  }
  check("{ author { settings(path: 1) } }", "author.selectionSet.settings.args.path",
        "expected a string for type 'String', but found an integer");
}

TEST_CASE("refused: streams") {
  const std::string place = "article_stream.args";
  check("subscription { article_stream(batch_size: 1, cursor: []) { id } }", place,
        "one streaming column field is expected");
  check(
      "subscription { article_stream(batch_size: 1, cursor: {initial_value: {id: 1, size: 2}}) "
      "{ id } }",
      place, "multiple column cursors are not supported yet");
  check("subscription { article_stream(cursor: {initial_value: {id: 1}}) { id } }",
        place + ".batch_size", "missing required field 'batch_size'");
  check("subscription { article_stream(batch_size: 1, cursor: {ordering: ASC}) { id } }",
        place + ".cursor[0].initial_value", "missing required field 'initial_value'");
  check("{ article_stream(batch_size: 1, cursor: {initial_value: {id: 1}}) { id } }",
        "article_stream", "field 'article_stream' not found in type: 'query_root'");
}

TEST_CASE("refused: operations") {
  check_whole("mutation { delete_author { id } }", "no mutations exist");
  check_whole("subscription { author { id } article { id } }",
              "subscriptions must select one top level field");
  check_whole("query A { author { id } } query B { author { id } }",
              "exactly one operation has to be present in the document when operationName is not "
              "specified");
  CHECK(refused({"query A { author { id } }", {}, {}, "B"}) ==
        "validation-failed $: no such operation found in the document: \"B\"");
}

TEST_CASE("refused: what a role may not see does not exist for it") {
  const language::Session user{"user", {{"x-hasura-user-id", "1"}}};
  const auto of_user = [&](const std::string& query) { return refused({query, {}, user}); };
  const std::string place = "validation-failed $.selectionSet.";
  CHECK(of_user("{ author { score } }") ==
        place + "author.selectionSet.score: field 'score' not found in type: 'author'");
  CHECK(of_user("{ author { fame } }") ==
        place + "author.selectionSet.fame: field 'fame' not found in type: 'author'");
  CHECK(of_user("{ author(where: {score: {_eq: 1}}) { id } }") ==
        place + "author.args.where.score: field 'score' not found in type: 'author_bool_exp'");
  CHECK(of_user("{ author(order_by: {score: asc}) { id } }") ==
        place +
            "author.args.order_by[0].score: field 'score' not found in type: 'author_order_by'");
  CHECK(of_user("{ author_aggregate { aggregate { count } } }") ==
        place + "author_aggregate: field 'author_aggregate' not found in type: 'query_root'");
  // The primary key has a column that the role does not see.
  CHECK(of_user("{ reading_by_pk(article_id: 1, reader: \"a\") { reader } }") ==
        place + "reading_by_pk: field 'reading_by_pk' not found in type: 'query_root'");
  CHECK(of_user("{ kind { value } }") ==
        place + "kind: field 'kind' not found in type: 'query_root'");
  const language::Session reader{
      "reader", {{"x-hasura-names", "{}"}, {"x-hasura-key", "k"}, {"x-hasura-name", "n"}}};
  CHECK(refused({"{ author { articles_aggregate { nodes { title } } } }", {}, reader}) ==
        place +
            "author.selectionSet.articles_aggregate: field 'articles_aggregate' not found in "
            "type: 'author'");
  CHECK(refused({"{ author { id } }", {}, {"nobody", {}}}) ==
        place + "author: field 'author' not found in type: 'query_root'");
}

TEST_CASE("refused: missing or invalid session variables") {
  const std::string query = "{ article { author { id } } }";
  CHECK(refused({query, {}, {"user", {}}}) ==
        "not-found $: missing session variable: \"x-hasura-user-id\"");
  CHECK(refused({query, {}, {"user", {{"x-hasura-user-id", "me"}}}}) ==
        "data-exception $: invalid input syntax for type integer: \"me\"");
}

TEST_CASE("refused: requests beyond the limits") {
  language::Limits limits;
  limits.depth = 3;
  const std::string three = "{ author { articles { id } } }";
  const std::string four = "{ author { articles { author { id } } } }";
  CHECK(refused({three, {}, {}, "", limits}).starts_with("planned"));
  CHECK(refused({four, {}, {}, "", limits}) ==
        "validation-failed $.selectionSet.author.selectionSet.articles.selectionSet.author."
        "selectionSet: the query is nested deeper than 3 levels of fields");
  limits.fields = 2;
  CHECK(
      refused({"{ author { id name } }", {}, {}, "", limits}) ==
      "validation-failed $.selectionSet.author.selectionSet: the query selects more than 2 fields");
}

TEST_CASE("refused: fragments that grow exponentially") {
  std::string query = "{ author { ...F0 } }";
  for (int i = 0; i < 40; ++i) {
    const std::string next = "...F" + std::to_string(i + 1) + " ";
    query += " fragment F" + std::to_string(i) + " on author { " + next + next + "}";
  }
  query += " fragment F40 on author { id }";
  CHECK(refused({query}) ==
        "validation-failed $.selectionSet.author.selectionSet: the query selects more than 5000 "
        "fields");
}

TEST_CASE("refused: repeated members and arguments, equally fast in any order") {
  for (const auto& [open, close, unknown] : {std::tuple{"(where: {", "})", "field 'm1' not found"},
                                             std::tuple{"(", ")", "no argument named 'm1'"}}) {
    const std::string first = std::string("{ author") + open + named(false) + close + " { id } ";
    const auto query = [&, begin = open, end = close](bool backwards) {
      return first + "author" + begin + named(backwards) + end + " { id } }";
    };
    const auto alike = time_of(query(false), unknown);
    CHECK(time_of(query(true), unknown) < 10 * alike);
  }
}

TEST_CASE("refused: long fields that fragments repeat, equally fast") {
  const std::string long_field = "author(where: {" + named(false) + "}) { id } ";
  const auto query = [&](int times) {
    std::string text = "fragment F on query_root { " + long_field + long_field + "} { ";
    for (int i = 0; i < times; ++i) text += "...F ";
    return text + "}";
  };
  const auto once = time_of(query(1), "field 'm1' not found");
  CHECK(time_of(query(1000), "field 'm1' not found") < 10 * once);
}

TEST_CASE("refused: conditions that nest too deep") {
  json where = {{"id", {{"_eq", 1}}}};
  for (int i = 0; i < 1000; ++i) where = {{"_not", where}};
  check_whole("query($v: author_bool_exp) { author(where: $v) { id } }",
              "an argument is nested deeper than 200 levels", {{"v", where}});
}
