// What is planned for requests that are right.
#include <catch2/catch.hpp>

#include "unit/server/plan/planning.hpp"

using namespace edo::graphql;
using namespace edo::graphql::tests;

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
