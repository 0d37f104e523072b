#include "tools/server/http/cors.hpp"

#include <catch2/catch.hpp>

#include "edo/error.hpp"

namespace edo::http {
namespace {

TEST_CASE("origins are allowed by name, by subdomain, or all of them") {
  const Cors some("https://app.example.com, https://*.example.org,http://localhost:3000/");
  CHECK(some.allows("https://app.example.com"));
  CHECK_FALSE(some.allows("http://app.example.com"));
  CHECK_FALSE(some.allows("https://app.example.com:444"));
  CHECK(some.allows("https://a.example.org"));
  CHECK(some.allows("https://a.b.example.org"));
  CHECK_FALSE(some.allows("https://example.org"));
  CHECK_FALSE(some.allows("https://evilexample.org"));
  CHECK_FALSE(some.allows("https://.example.org"));
  CHECK(some.allows("http://localhost:3000"));
  CHECK(Cors("*").allows("https://anything.example"));
  CHECK_FALSE(Cors().allows("https://anything.example"));
  CHECK_FALSE(Cors("").allows("https://anything.example"));
}

TEST_CASE("an origin without a host is nobody's own") {
  const Request request{"POST", "/", {{"host", ""}, {"origin", "http://"}}, "", ""};
  CHECK(is_of_foreign_page(request, Cors()));
  CHECK_FALSE(may_open_socket(request, Cors()));
}

TEST_CASE("an invalid origin is refused at start") {
  CHECK_THROWS_AS(Cors("app.example.com"), Error);
}

}  // namespace
}  // namespace edo::http
