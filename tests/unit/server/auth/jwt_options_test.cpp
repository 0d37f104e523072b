#include "tools/server/auth/jwt_options.hpp"

#include <catch2/catch.hpp>

#include "edo/error.hpp"

namespace edo::auth {
namespace {

const std::string kKey = R"("type": "HS256", "key": "k")";

JwtOptions read(const std::string& members) {
  return parse_jwt_options("--jwt-secret", "{" + kKey + ", " + members + "}").at(0);
}

TEST_CASE("what is not said has Hasura's defaults") {
  const auto options = parse_jwt_options("--jwt-secret", "{" + kKey + "}").at(0);
  CHECK(options.claims.claims_namespace == "https://hasura.io/jwt/claims");
  CHECK_FALSE(options.claims.namespace_path);
  CHECK_FALSE(options.claims.is_stringified);
  CHECK(options.audience.empty());
  CHECK_FALSE(options.issuer);
  CHECK(options.allowed_skew.count() == 0);
  CHECK(options.place.kind == TokenPlace::Kind::authorization);
}

TEST_CASE("one object or a list of them") {
  CHECK(parse_jwt_options("x", R"([{"jwk_url": "https://a/"}, {"jwk_url": "http://b"}])").size() ==
        2);
}

TEST_CASE("the place of the token is an object, or one in a string") {
  for (const char* given : {R"("header": {"type": "Cookie", "name": "Session"})",
                            R"("header": "{\"type\": \"Cookie\", \"name\": \"Session\"}")"}) {
    const TokenPlace place = read(given).place;
    CHECK(place.kind == TokenPlace::Kind::cookie);
    CHECK(place.name == "Session");
  }
  CHECK(read(R"("header": {"type": "CustomHeader", "name": "X-Token"})").place.name == "x-token");
}

TEST_CASE("a path leads to a claim") {
  const auto token = nlohmann::json::parse(R"({"https://a.b/c": {"d": [1, {"e": 2}]}})");
  for (const auto& [path, found] : {
           std::pair{"$.['https://a.b/c'].d.[1].e", "2"},
           std::pair{"['https://a.b/c'].d[0]", "1"},
           std::pair{"$.['https://a.b/c'].d[2]", "nothing"},
           std::pair{"$.['https://a.b/c'].d.e", "nothing"},
           std::pair{"$.x.y", "nothing"},
       }) {
    CAPTURE(path);
    const auto options = read(R"("claims_namespace_path": ")" + std::string(path) + "\"");
    const auto* at = options.claims.namespace_path->find_in(token);
    CHECK((at == nullptr ? "nothing" : at->dump()) == found);
  }
  CHECK(read(R"("claims_namespace_path": "$")").claims.namespace_path->find_in(token)->size() == 1);
}

TEST_CASE("what Hasura would refuse, or would misunderstand, is refused") {
  for (const char* text : {
           "",
           "HS256",
           "[]",
           "1",
           R"([1])",
           "{}",
           R"({"type": "HS256"})",
           R"({"key": "k"})",
           R"({"type": "HS256", "key": "k", "jwk_url": "https://a/"})",
           R"({"jwk_url": "ftp://a/"})",
           R"({"jwk_url": "https://"})",
           R"({"jwk_url": "https://me@a/"})",
           R"({"jwk_url": 1})",
       }) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_jwt_options("--jwt-secret", text), Error);
  }
  for (
      const char* members : {
          R"("audiance": "a")",
          R"("audience": 1)",
          R"("audience": [])",
          R"("audience": [1])",
          R"("issuer": ["a"])",
          R"("allowed_skew": "60")",
          R"("allowed_skew": -1)",
          R"("allowed_skew": 1e9)",
          R"("claims_format": "yaml")",
          R"("claims_namespace": "a", "claims_namespace_path": "$.a")",
          R"("claims_namespace_path": "$a[")",
          R"("header": {"type": "Cookie"})",
          R"("header": {"type": "Body", "name": "a"})",
          R"("header": "Cookie")",
          R"("claims_map": [])",
          R"("claims_map": {"x-hasura-default-role": "user"})",
          R"("claims_map": {"x-hasura-default-role": "user", "x-hasura-allowed-roles": "user"})",
          R"("claims_map": {"x-hasura-default-role": 1, "x-hasura-allowed-roles": ["user"]})",
          R"("claims_map": {"x-hasura-default-role": "u", "x-hasura-allowed-roles": ["u"], "id": "1"})",
          R"("claims_map": {"x-hasura-default-role": {"default": "u"}, "x-hasura-allowed-roles": []})",
      }) {
    CAPTURE(members);
    CHECK_THROWS_AS(read(members), Error);
  }
}

}  // namespace
}  // namespace edo::auth
