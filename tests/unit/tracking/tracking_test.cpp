#include "edo/tracking.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "edo/error.hpp"

namespace edo {
namespace {

const std::string kChain = "0190d4e2-6b1a-7c33-9f0e-1a2b3c4d5e6f";
const std::string kJob = "0190d4e2-6b1a-7c33-9f0e-aaaaaaaaaaaa";
const std::string kToken = "orders|" + kChain + "|" + kJob;

// A payload whose row has the columns `row` and whose session has the variables `session`.
std::string payload(const std::string& row, const std::string& session = "") {
  return R"({"id":"1","event":{"session_variables":{)" + session +
         R"(},"op":"UPDATE","data":{"old":{"updated_by":"old|)" + kJob + R"("},"new":{)" + row +
         R"(}}},"table":{"schema":"public","name":"t"}})";
}

std::string member(const std::string& name, const std::string& text) {
  return "\"" + name + "\":\"" + text + "\"";
}

TEST_CASE("a token is read back as it was built") {
  const std::string text = build_tracking_token("orders", kChain, kJob);
  CHECK(text == kToken);
  const auto token = parse_tracking_token(text);
  REQUIRE(token);
  CHECK(token->source == "orders");
  CHECK(token->correlation_id == kChain);
  CHECK(token->job_execution_id == kJob);

  const auto short_token = parse_tracking_token(build_tracking_token("a b", kChain));
  REQUIRE(short_token);
  CHECK(short_token->source == "a b");
  CHECK(short_token->job_execution_id.empty());
}

TEST_CASE("pipes in the source become underscores, and ids lower case") {
  CHECK(build_tracking_token("a|b||c", "0190D4E2-6B1A-7C33-9F0E-1A2B3C4D5E6F") ==
        "a_b__c|" + kChain);
}

TEST_CASE("an id that is not a UUID is refused") {
  CHECK_THROWS_WITH(build_tracking_token("a", "x"), Catch::Contains("correlation id 'x'"));
  CHECK_THROWS_WITH(build_tracking_token("a", kChain, "y|z"),
                    Catch::Contains("job execution id 'y|z'"));
  try {
    (void)build_tracking_token("a", "");
    FAIL("no id was taken");
  } catch (const Error& failure) {
    CHECK(failure.kind() == ErrorKind::invalid_argument);
  }
}

TEST_CASE("an invalid token is not accepted") {
  for (const std::string& text :
       {std::string(), std::string("ann@example.com"), std::string("|"), std::string("||"), kChain,
        "orders|" + kChain.substr(1), "orders|" + kChain + " ", kToken + "|more", "orders||" + kJob,
        "a|b|" + kChain}) {
    CAPTURE(text);
    CHECK_FALSE(parse_tracking_token(text));
  }
}

TEST_CASE("a token whose job makes no sense still tells the chain") {
  for (const std::string job : {"", "17"}) {
    const auto token = parse_tracking_token("orders|" + kChain + "|" + job);
    REQUIRE(token);
    CHECK(token->correlation_id == kChain);
    CHECK(token->job_execution_id.empty());
  }
}

TEST_CASE("the token in updated_by tells the chain and the job") {
  for (const char* column : {"updated_by", "updatedby"}) {
    const auto origin = chain_origin(payload("\"a\":{\"b\":[1]}," + member(column, kToken)));
    CHECK(origin.correlation_id == kChain);
    CHECK(origin.source_job_id == kJob);
  }
}

TEST_CASE("places count in their order") {
  const std::string session = member("x-trace-id", "s3") + "," + member("X-Request-Id", "s2");
  const std::string metadata =
      "\"metadata\":{" + member("request_id", "m3") + "," + member("trace_id", "m2") + "}";
  const std::string field = member("chain", "field");
  const std::string token = member("updated_by", kToken);
  const auto id = [&](const std::string& row) {
    return chain_origin(payload(row, session), "chain").correlation_id;
  };
  CHECK(id(metadata + "," + field + "," + token) == kChain);
  CHECK(id(metadata + "," + field + "," + member("updated_by", "ann")) == "field");
  CHECK(id(metadata) == "m2");
  CHECK(id("\"metadata\":{\"correlation_id\":5}") == "s2");
  CHECK(id("\"metadata\":null") == "s2");
  CHECK(chain_origin(payload(metadata + "," + field)).correlation_id == "m2");
  CHECK(chain_origin(payload(metadata)).source_job_id.empty());
}

TEST_CASE("a UUID alone tells the chain, and updatedby comes before updated_by") {
  CHECK(chain_origin(payload(member("updated_by", kChain))).correlation_id == kChain);
  const auto both = payload(member("updated_by", kJob) + "," + member("updatedby", kChain));
  CHECK(chain_origin(both).correlation_id == kChain);
  CHECK(chain_origin(both).source_job_id.empty());
}

TEST_CASE("each key is looked for in the columns, then in the JSON columns, before the next key") {
  const auto in = [](const std::string& column, const std::string& key) {
    return "\"" + column + "\":{" + member(key, column + " " + key) + "}";
  };
  std::string row = member("trace_id", "column trace_id");
  const auto first = [&] { return chain_origin(payload(row)).correlation_id; };
  CHECK(first() == "column trace_id");
  for (const std::string column : {"attributes", "properties", "data", "metadata"}) {
    row += "," + in(column, "correlation_id");
    CHECK(first() == column + " correlation_id");
  }
  row += "," + member("Correlation_Id", "column");
  CHECK(first() == "column");
}

TEST_CASE("the configured field may hold a token") {
  const auto origin = chain_origin(payload(member("chain", kToken)), "chain");
  CHECK(origin.correlation_id == kChain);
  CHECK(origin.source_job_id == kJob);
}

TEST_CASE("the configured field may be the metadata column itself") {
  CHECK(chain_origin(payload(member("metadata", "m")), "metadata").correlation_id == "m");
}

TEST_CASE("metadata may be JSON as text") {
  CHECK(chain_origin(payload(R"("metadata":"{\"workflow_id\":\"w\"}")")).correlation_id == "w");
  CHECK(chain_origin(payload(R"("metadata":"{\"workflow_id\":")")).correlation_id.empty());
  CHECK(chain_origin(payload(R"("metadata":"")")).correlation_id.empty());
  CHECK(chain_origin(payload(R"("metadata":"[1]")")).correlation_id.empty());
}

TEST_CASE("session variables are found in any case and any order") {
  CHECK(chain_origin(payload("", member("X-Correlation-ID", "c"))).correlation_id == "c");
  const std::string before = R"({"event":{"data":{"new":null,"old":{}},"session_variables":{)" +
                             member("x-request-id", "r") + "}}}";
  CHECK(chain_origin(before).correlation_id == "r");
}

TEST_CASE("numbers of any size, escapes and other columns do not disturb") {
  const auto origin = chain_origin(
      payload(R"("n":123456789012345678901234567890,"e":1e400,"\ud800":1,"s":"\u0000",)" +
              member("updated\\u005fby", "orders\\u007c" + kChain)));
  CHECK(origin.correlation_id == kChain);
}

TEST_CASE("an id that is too long to be one is not taken") {
  const std::string longer(256, 'x');
  CHECK(chain_origin(payload(member("chain", longer), member("x-trace-id", "t")), "chain")
            .correlation_id == "t");
  CHECK(chain_origin(payload("", member("x-trace-id", longer))).correlation_id.empty());
}

TEST_CASE("rubbish tells nothing and does not throw") {
  for (const char* text :
       {"", " ", "{", "[]", "null", "1", "\"x\"", "{}{}", "{\"event\":1}",
        "{\"event\":{\"data\":[]}}", "{\"event\":{\"data\":{\"new\":\"x\"}}}",
        "{\"event\":{\"session_variables\":7}}", "\xFF\xFE",
        "{\"event\":{\"data\":{\"new\":{\"updated_by\":",
        "{\"event\":{\"data\":{\"new\":{\"metadata\":{", "}}}}", "{\"event\" {}}"}) {
    CAPTURE(text);
    const auto origin = chain_origin(text, "chain");
    CHECK(origin.correlation_id.empty());
    CHECK(origin.source_job_id.empty());
  }
  const std::string deep = "{\"event\":{\"data\":{\"new\":" + std::string(100'000, '[');
  CHECK(chain_origin(deep).correlation_id.empty());
}

TEST_CASE("no cut and no broken byte of a payload makes it throw") {
  const std::string whole = payload(
      member("updated_by", "ann") + R"(,"metadata":{"a":[1,{"b":"\u00e9"}],"trace_id":"t"})",
      member("x-request-id", "r"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CHECK_NOTHROW(chain_origin(whole.substr(0, i), "metadata"));
    for (const char c : {'"', '\\', '{', ']', ',', '\0', '\xFF'}) {
      std::string broken = whole;
      broken[i] = c;
      CHECK_NOTHROW(chain_origin(broken));
    }
  }
}

}  // namespace
}  // namespace edo
