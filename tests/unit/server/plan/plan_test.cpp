// What is planned for requests that are right.
#include <catch2/catch.hpp>

#include "unit/server/plan/planning.hpp"

using namespace edo;
using namespace edo::plan::tests;
using nlohmann::json;

namespace {

// The condition that a `where` of authors becomes.
std::string authors_where(const std::string& where, const json& variables = json::object()) {
  const std::string declared =
      variables.empty() ? "" : "query($v: " + variables["type"].get<std::string>() + ") ";
  const std::string text =
      planned({declared + "{ author(where: " + where + ") { id } }", variables});
  const std::string begin = "author: rows author where ";
  return text.starts_with(begin) ? text.substr(begin.size(), text.size() - begin.size() - 5) : text;
}

std::string authors_order(const std::string& order_by) {
  return planned({"{ author(order_by: " + order_by + ") { id } }"});
}

language::Session session(const char* role, std::map<std::string, std::string> variables = {}) {
  return {role, std::move(variables)};
}

}  // namespace

TEST_CASE("columns, aliases, __typename") {
  CHECK(planned({"{ author { id n: name __typename t: __typename } }"}) ==
        "author: rows author {id, n: name, __typename: 'author', t: 'author'}");
  CHECK(planned({"{ __typename a: author { id } b: author { name } }"}) ==
        "__typename: \"query_root\"; a: rows author {id}; b: rows author {name}");
}

TEST_CASE("relationships and computed fields") {
  CHECK(planned({"{ article { author { name fame } } }"}) ==
        "article: rows article {author: object author {name, fame: computed fame}}");
  CHECK(planned({"{ author { a: articles(limit: 2, order_by: {id: desc}) { id } } }"}) ==
        "author: rows author {a: array articles article order id desc nulls first limit 2 {id}}");
}

TEST_CASE("introspection is answered by its callback") {
  CHECK(planned({"{ a: __schema { types { name } } __type(name: \"x\") { name } }"}) ==
        "a: <__schema>; __type: <__type>");
}

TEST_CASE("one row by its primary key") {
  CHECK(planned({"{ author_by_pk(id: 1) { id } }"}) ==
        "author_by_pk: one author where id = 1::int4 {id}");
  CHECK(planned({"{ reading_by_pk(reader: \"Ann\", article_id: \"7\") { day } }"}) ==
        "reading_by_pk: one reading where (article_id = 7::int4 and reader = \"Ann\"::text) {day}");
}

TEST_CASE("limit and offset") {
  CHECK(planned({"{ author(limit: 3, offset: 4) { id } }"}) ==
        "author: rows author limit 3 offset 4 {id}");
  CHECK(planned({"{ author(limit: null, offset: \"5000000000\", where: null, order_by: null, "
                 "distinct_on: null) { id } }"}) == "author: rows author offset 5000000000 {id}");
  CHECK(planned({"query($l: Int = 2) { author(limit: $l) { id } }"}) ==
        "author: rows author limit 2 {id}");
  CHECK(planned({"query($l: Int) { author(limit: $l) { id } }"}) == "author: rows author {id}");
}

TEST_CASE("connectives") {
  CHECK(authors_where("{}") == "author: rows author {id}");
  CHECK(authors_where("{_and: []}") == "author: rows author {id}");
  CHECK(authors_where("{_or: []}") == "false");
  CHECK(authors_where("{_not: {}}") == "not true");
  CHECK(authors_where("{id: {_gt: 1, _lt: 9}, name: {_eq: \"a\"}}") ==
        "(id > 1::int4 and id < 9::int4 and name = \"a\"::text)");
  CHECK(authors_where("{_or: [{id: {_eq: 1}}, {_not: {id: {_eq: 2}}}]}") ==
        "(id = 1::int4 or not id = 2::int4)");
  // One value is a list of one.
  CHECK(authors_where("{_or: {id: {_eq: 1}}}") == "(id = 1::int4)");
}

TEST_CASE("comparisons") {
  CHECK(authors_where("{id: {_in: [1, 2]}}") == "id in [1,2]::int4");
  CHECK(authors_where("{id: {_in: 1}}") == "id in [1]::int4");
  CHECK(authors_where("{id: {_nin: []}}") == "id nin []::int4");
  CHECK(authors_where("{id: {_is_null: false}}") == "id is_null false::bool");
  CHECK(authors_where("{name: {_nilike: \"%a\"}}") == "name nilike \"%a\"::text");
  CHECK(authors_where("{is_registered: {_neq: true}}") == "is_registered != true::bool");
  CHECK(authors_where("{fame: {_lte: 3}}") == "fame <= 3::int4");
  CHECK(authors_where("{settings: {_contains: {a: [1, null, {b: x}]}}}") ==
        R"(settings contains {"a":[1,null,{"b":"x"}]}::jsonb)");
  CHECK(authors_where("{settings: {_has_keys_any: [\"a\", \"b\"]}}") ==
        R"(settings has_keys_any ["a","b"]::text)");
  CHECK(authors_where("{settings: {_has_key: \"a\"}}") == R"(settings has_key "a"::text)");
  CHECK(authors_where("{settings: {_cast: {String: {_like: \"%a%\"}}}}") ==
        R"(settings::text like "%a%"::text)");
}

TEST_CASE("rows of other tables in a condition") {
  CHECK(authors_where("{articles: {}}") == "any articles true");
  CHECK(authors_where("{articles: {author: {id: {_eq: 1}}}}") ==
        "any articles any author id = 1::int4");
  CHECK(authors_where("{articles_aggregate: {count: {predicate: {_gt: 2, _lt: 9}}}}") ==
        "count articles[] > 2::int4 < 9::int4");
  CHECK(authors_where("{articles_aggregate: {count: {arguments: [title, kind], distinct: true, "
                      "filter: {id: {_eq: 1}}, predicate: {_in: [1, 2]}}}}") ==
        "count articles[title,kind] distinct(id = 1::int4) in [1,2]::int4");
}

TEST_CASE("values are converted to their type") {
  const auto articles = [](const std::string& where) {
    return planned({"{ article(where: {" + where + "}) { id } }"});
  };
  const std::string begin = "article: rows article where ";
  CHECK(articles("id: {_eq: \"5\"}") == begin + "id = 5::int4 {id}");
  CHECK(articles("is_published: {_eq: \"yes\"}") == begin + "is_published = true::bool {id}");
  CHECK(articles("size: {_eq: 9007199254740993}") == begin + "size = 9007199254740993::int8 {id}");
  CHECK(articles("size: {_eq: \"9007199254740993\"}") ==
        begin + "size = 9007199254740993::int8 {id}");
  CHECK(articles("weight: {_eq: 1}") == begin + "weight = \"1\"::float8 {id}");
  CHECK(articles("weight: {_gt: \"1.5e3\"}") == begin + "weight > \"1.5e3\"::float8 {id}");
  CHECK(articles("weight: {_lt: \"Infinity\"}") == begin + "weight < \"infinity\"::float8 {id}");
  CHECK(articles("kind: {_eq: essay}") == begin + "kind = \"essay\"::text {id}");
  CHECK(articles("uid: {_eq: \"{28D6D683131749F7-B1CF-7D195242E4E5}\"}") ==
        begin + "uid = \"28d6d683-1317-49f7-b1cf-7d195242e4e5\"::uuid {id}");
  // All digits of a numeric literal.
  CHECK(authors_where("{score: {_eq: 0.12345678901234567890123}}") ==
        "score = \"0.12345678901234567890123\"::numeric");
}

TEST_CASE("variables") {
  CHECK(authors_where("{id: {_eq: $v}}", {{"type", "Int"}, {"v", 3}}) == "id = 3::int4");
  CHECK(authors_where("{id: {_in: $v}}", {{"type", "[Int!]!"}, {"v", {3, 4}}}) ==
        "id in [3,4]::int4");
  CHECK(authors_where("{id: {_in: [$v]}}", {{"type", "Int!"}, {"v", 3}}) == "id in [3]::int4");
  CHECK(authors_where("$v", {{"type", "author_bool_exp"}, {"v", {{"id", {{"_gt", 1}}}}}}) ==
        "id > 1::int4");
  CHECK(authors_where("{settings: {_contains: $v}}", {{"type", "jsonb"}, {"v", {{"a", 1}}}}) ==
        "settings contains {\"a\":1}::jsonb");
  CHECK(authors_where("{settings: {_contains: {a: $v}}}", {{"type", "Int"}, {"v", 1}}) ==
        "settings contains {\"a\":1}::jsonb");
  // What nobody declared is nobody's business.
  CHECK(planned({"{ author { id } }", {{"unused", 1}}}) == "author: rows author {id}");
  CHECK(planned({"query($k: kind_enum) { article(where: {kind: {_eq: $k}}) { id } }",
                 {{"k", "story"}}}) == "article: rows article where kind = \"story\"::text {id}");
}

TEST_CASE("order_by") {
  CHECK(authors_order("{id: asc}") == "author: rows author order id asc {id}");
  CHECK(authors_order("[{name: desc}, {id: asc_nulls_first}, {score: desc_nulls_last}]") ==
        "author: rows author order name desc nulls first, id asc nulls first, score desc {id}");
  // The members of one object in the schema's order.
  CHECK(authors_order("{fame: asc, name: asc, id: asc}") ==
        "author: rows author order id asc, name asc, fame asc {id}");
  CHECK(authors_order("{id: null, articles_aggregate: null}") == "author: rows author {id}");
  CHECK(authors_order("{articles_aggregate: {count: desc, max: {id: asc}, avg: {size: null}}}") ==
        "author: rows author order count(articles) desc nulls first, max(articles.id) asc {id}");
  CHECK(planned({"{ article(order_by: {author: {articles_aggregate: {count: asc}, name: asc}}) "
                 "{ id } }"}) ==
        "article: rows article order author.name asc, author.count(articles) asc {id}");
}

TEST_CASE("distinct_on") {
  CHECK(planned({"{ author(distinct_on: name) { id } }"}) ==
        "author: rows author distinct name {id}");
  CHECK(planned({"{ author(distinct_on: [name, id], order_by: [{id: asc}, {name: desc}, "
                 "{score: asc}]) { id } }"}) ==
        "author: rows author distinct name,id order id asc, name desc nulls first, score asc {id}");
}

TEST_CASE("parts of JSON") {
  const auto path_of = [](const std::string& path) {
    return planned({"query($p: String!) { author { settings(path: $p) } }", {{"p", path}}});
  };
  CHECK(path_of("$.a.b") == "author: rows author {settings[a|b]}");
  CHECK(path_of("a") == "author: rows author {settings[a]}");
  CHECK(path_of("[0].x") == "author: rows author {settings[0|x]}");
  CHECK(path_of("$['k k'][\"q\\\"\"][-1]") == "author: rows author {settings[k k|q\"|-1]}");
  CHECK(path_of("$") == "author: rows author {settings}");
  CHECK(path_of("$a.[0].['it\\'s'].[\"k\\u00e9\"]") ==
        "author: rows author {settings[a|0|it's|k\u00e9]}");
}

TEST_CASE("aggregates") {
  CHECK(
      planned({"{ author_aggregate(where: {id: {_gt: 1}}, limit: 3) { __typename "
               "aggregate { count d: count(columns: [name], distinct: true) s: sum { id x: score } "
               "max { name __typename } __typename } n: nodes { id } } }"}) ==
      "author_aggregate: aggregate author where id > 1::int4 limit 3 "
      "{__typename: 'author_aggregate', aggregate: {count: count [], d: count distinct [name], "
      "s: sum {id: id, x: score}, max: max {name: name, __typename: 'author_max_fields'}, "
      "__typename: 'author_aggregate_fields'}, n: nodes {id}}");
  CHECK(planned({"{ author { articles_aggregate { aggregate { count } } } }"}) ==
        "author: rows author {articles_aggregate: aggregate articles article "
        "{aggregate: {count: count []}}}");
}

TEST_CASE("group_by") {
  CHECK(planned({"{ article_aggregate { group_by(keys: [{column: kind}, {column: author_id}]) "
                 "{ __typename group_key { k: kind __typename } aggregate { count } } } }"}) ==
        "article_aggregate: aggregate article {group_by: by [kind,author_id] "
        "{__typename: 'article_group_by', group_key: key {k: kind, __typename: "
        "'article_group_by_key_fields'}, aggregate: {count: count []}}}");
}

TEST_CASE("streams") {
  CHECK(planned({"subscription { article_stream(batch_size: 5, cursor: {initial_value: {id: 3}}, "
                 "where: {is_published: {_eq: true}}) { id } }"}) ==
        "article_stream: stream article where is_published = true::bool after id asc 3::int4 "
        "batch 5 {id}");
  CHECK(planned({"subscription { article_stream(batch_size: 5, cursor: [null, {ordering: DESC, "
                 "initial_value: {uid: \"28d6d683-1317-49f7-b1cf-7d195242e4e5\"}}]) { id } }"}) ==
        "article_stream: stream article after uid desc "
        "\"28d6d683-1317-49f7-b1cf-7d195242e4e5\"::uuid, id desc null::int4 batch 5 {id}");
}

TEST_CASE("fragments, directives and fields of one key") {
  CHECK(planned({"query($no: Boolean!) { author { ...F name @include(if: $no) "
                 "... @skip(if: false) { settings } ... on article { title } score @skip(if: true) "
                 "...G @include(if: $no) } } fragment F on author { id articles { ...H } } "
                 "fragment G on author { fame } fragment H on article { title }",
                 {{"no", false}}}) ==
        "author: rows author {id, articles: array articles article {title}, settings}");
  CHECK(
      planned({"{ author { articles(limit: 1) { id } articles(limit: 1) { title id } id id } }"}) ==
      "author: rows author {articles: array articles article limit 1 {id, title}, id}");
  CHECK(planned({"{ author { articles(limit: 1, where: {id: {_gt: 1, _lt: 9}}) { id } "
                 "articles(where: {id: {_lt: 9, _gt: 1}}, limit: 1) { title } } }"}) ==
        "author: rows author {articles: array articles article where (id > 1::int4 and id < "
        "9::int4) limit 1 {id, title}}");
  CHECK(planned({"query A @cached(ttl: 5) { author { id } } query B { article { id } }",
                 json::object(),
                 {},
                 "A"}) == "author: rows author {id}");
}

TEST_CASE("the role's rows, everywhere") {
  const language::Session user = session("user", {{"x-hasura-user-id", "7"}});
  const std::string mine = "(id = 7::int4 or any articles is_published = true::bool)";
  CHECK(planned({"{ author { id } }", {}, user}) ==
        "author: rows author where " + mine + " limit 10 {id}");
  CHECK(planned({"{ author(limit: 3, where: {name: {_eq: \"a\"}}) { id } }", {}, user}) ==
        "author: rows author where (" + mine + " and name = \"a\"::text) limit 3 {id}");
  CHECK(planned({"{ author_by_pk(id: 1) { id articles { id } } }", {}, user}) ==
        "author_by_pk: one author where (" + mine +
            " and id = 1::int4) {id, articles: array articles article where is_published = "
            "true::bool limit 5 {id}}");
  CHECK(planned({"{ article(where: {author: {id: {_eq: 1}}}, order_by: {author: {name: asc}}) "
                 "{ author { id } } }",
                 {},
                 user}) ==
        "article: rows article where (is_published = true::bool and any author(" + mine +
            ") id = 1::int4) order author(" + mine +
            ").name asc limit 5 {author: object author where " + mine + " {id}}");
  CHECK(planned({"{ author(order_by: {articles_aggregate: {count: asc}}, where: "
                 "{articles_aggregate: {count: {predicate: {_eq: 1}}}}) { id } }",
                 {},
                 user}) == "author: rows author where (" + mine +
                               " and count articles[](is_published = true::bool) = 1::int4) order "
                               "count(articles(is_published = true::bool)) asc limit 10 {id}");
  // The role's limit is for nodes and does not bind the aggregate.
  CHECK(planned({"{ article_aggregate { aggregate { count } nodes { id } } }", {}, user}) ==
        "article_aggregate: aggregate article where is_published = true::bool "
        "{aggregate: {count: count []}, nodes: nodes limit 5 {id}}");
  CHECK(planned({"subscription { article_stream(batch_size: 9, cursor: {initial_value: {id: 3}}) "
                 "{ id } }",
                 {},
                 user}) ==
        "article_stream: stream article where is_published = true::bool after id asc 3::int4 "
        "batch 5 {id}");
}

TEST_CASE("what a filter may contain") {
  const language::Session reader = session("reader", {{"x-hasura-names", R"({Ann,"B, C"})"},
                                                      {"x-hasura-key", "secret"},
                                                      {"x-hasura-name", "Ann"}});
  CHECK(planned({"{ author { name } }", {}, reader}) ==
        "author: rows author where (name in [\"Ann\",\"B, C\"]::text and not settings has_key "
        "\"secret\"::text and exists reading reader = \"Ann\"::text) {name}");
  CHECK(planned({"{ author { id } }", {}, session("peer")}) ==
        "author: rows author where any articles (author_id = $.id and id > .author_id) {id}");
}
