#include "tools/server/protocol/parse_request.hpp"

#include <catch2/catch.hpp>

#include "tools/server/protocol/errors.hpp"
#include "tools/server/protocol/url.hpp"

namespace edo::protocol {
namespace {

using Json = nlohmann::json;

// "code path" of the error that a body leads to.
std::string refusal(std::string_view body) {
  try {
    (void)parse_body(body);
  } catch (const language::RequestError& error) {
    return error.code() + " " + error.path();
  }
  return "none";
}

TEST_CASE("a body is one request") {
  const RequestBatch batch = parse_body(
      R"({"query": "query A {a}", "operationName": "A", "variables": {"x": 1}, "extensions": {}})");
  REQUIRE(batch.requests.size() == 1);
  CHECK_FALSE(batch.is_array);
  CHECK(batch.requests[0].query == "query A {a}");
  CHECK(batch.requests[0].operation_name == "A");
  CHECK(batch.requests[0].variables == Json{{"x", 1}});
}

TEST_CASE("null counts as missing for the name and the variables") {
  const RequestBatch batch =
      parse_body(R"({"query": "{a}", "operationName": null, "variables": null})");
  CHECK(batch.requests[0].operation_name.empty());
  CHECK(batch.requests[0].variables == Json::object());
}

TEST_CASE("an array is a batch, even with one request or none") {
  CHECK(parse_body(R"([{"query": "{a}"}, {"query": "{b}"}])").requests[1].query == "{b}");
  CHECK(parse_body(R"([{"query": "{a}"}])").is_array);
  CHECK(parse_body("[]").is_array);
  std::string large = "[";
  for (std::size_t i = 0; i < kLargestBatch; ++i) large += R"({"query":"{a}"},)";
  CHECK(parse_body(large.substr(0, large.size() - 1) + "]").requests.size() == kLargestBatch);
  CHECK(refusal(large + R"({"query":"{a}"}])") == "bad-request $");
}

TEST_CASE("an invalid request is refused with the place of the fault") {
  CHECK(refusal("") == "invalid-json $");
  CHECK(refusal("{") == "invalid-json $");
  CHECK(refusal("{} {}") == "invalid-json $");
  CHECK(refusal("{\"query\": \"\xff\"}") == "invalid-json $");
  CHECK(refusal(std::string(100'000, '[')) == "invalid-json $");
  CHECK(refusal("{}") == "parse-failed $");
  CHECK(refusal("7") == "parse-failed $");
  CHECK(refusal("[[]]") == "parse-failed $");
  CHECK(refusal(R"({"query": 7})") == "parse-failed $.query");
  CHECK(refusal(R"({"query": "{a}", "operationName": 7})") == "parse-failed $.operationName");
  CHECK(refusal(R"({"query": "{a}", "variables": []})") == "parse-failed $.variables");
}

TEST_CASE("a request may be in a URL") {
  const language::Request request = parse_query_string(
      "query=query+A(%24x%3AInt)%7Ba%7D&variables=%7B%22x%22%3A1%7D&operationName=A&query=other");
  CHECK(request.query == "query A($x:Int){a}");
  CHECK(request.operation_name == "A");
  CHECK(request.variables == Json{{"x", 1}});
  CHECK_THROWS_AS(parse_query_string(""), language::RequestError);
  CHECK_THROWS_AS(parse_query_string("query={a}&variables={"), language::RequestError);
}

TEST_CASE("percent signs outside escapes stay") {
  CHECK(percent_decoded("100%") == "100%");
  CHECK(percent_decoded("%4") == "%4");
  CHECK(percent_decoded("%zz%+1") == "%zz% 1");
  CHECK(percent_decoded("%C3%a4%00") == std::string("ä\0", 3));
}

TEST_CASE("errors have the forms that clients expect") {
  const language::RequestError error("validation-failed", "$.selectionSet.a", "no \"a\"\xff");
  CHECK(Json::parse(error_answer(error)) ==
        Json{{"errors",
              {{{"message", "no \"a\"\ufffd"},
                {"extensions", {{"path", "$.selectionSet.a"}, {"code", "validation-failed"}}}}}}});
  CHECK(Json::parse(plain_error(error))["error"] == "no \"a\"\ufffd");
  CHECK(http_status(error) == 400);
  CHECK(http_status({"access-denied", "$", ""}) == 401);
  CHECK(http_status({"unexpected", "$", ""}) == 500);
}

TEST_CASE("internal failures are reported in full, and sent without details") {
  std::string reported;
  try {
    with_request_errors([&](const std::string& what) { reported = what; },
                        []() -> int { throw std::runtime_error("/secret/path"); });
    FAIL("nothing was thrown");
  } catch (const language::RequestError& error) {
    CHECK(error.code() == "unexpected");
    CHECK(std::string(error.what()).find("secret") == std::string::npos);
  }
  CHECK(reported == "/secret/path");
}

}  // namespace
}  // namespace edo::protocol
