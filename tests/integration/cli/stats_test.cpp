#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "edo.hpp"
#include "old_store.hpp"
#include "sample_store.hpp"
#include "support/files.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::json;

Json stats(const std::string& store, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"stats", "--json", "--store", store});
  const Result result = edo(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return Json::parse(result.out);
}

TEST_CASE("stats counts what ran, by function and by job") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const Json all = stats(store.path);
  CHECK(all["function"].is_null());
  CHECK(all["invocations"] == Json({{"total", 4},
                                    {"completed", 1},
                                    {"failed", 2},
                                    {"running", 1},
                                    {"success_rate", 33.33},
                                    {"p50_ms", 1300.0},
                                    {"p95_ms", 55030.0},
                                    {"p99_ms", 59806.0}}));
  REQUIRE(all["functions"].size() == 4);
  REQUIRE(all["jobs"].size() == 3);
  CHECK(all["jobs"][0]["job"] == "charge_card");
  CHECK(all["jobs"][0]["failed"] == 1);
  CHECK(all["jobs"][1]["job"] == "render");
  CHECK(all["jobs"][1]["running"] == 1);
  CHECK(all["jobs"][1]["success_rate"].is_null());
  CHECK(all["jobs"][2]["p50_ms"] == 1234.0);
  CHECK(all["watermark"] == 0);
  CHECK(all["pending_changes"] == count(store.path, "outbox") - 1);
  CHECK(all["store_bytes"].get<long>() > 0);
  CHECK(all["oldest_pending_seconds"].get<double>() >= 20);

  const Json orders = stats(store.path, {"--function", "orders"});
  CHECK(orders["invocations"]["total"] == 1);
  CHECK(orders["jobs"].size() == 2);
  CHECK(stats(store.path, {"--function", "nobody"})["invocations"]["success_rate"].is_null());
}

TEST_CASE("stats shows the percentiles of durations") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(100, 2);  // which take 1 ms to 100 ms
  const Json all = stats(store.path, {"--since", "7d"});
  for (const auto& each : {all["invocations"], all["jobs"][0]}) {
    CHECK(each["p50_ms"].get<double>() == Approx(50.5));
    CHECK(each["p95_ms"].get<double>() == Approx(95.05));
    CHECK(each["p99_ms"].get<double>() == Approx(99.01));
  }
  CHECK(stats(store.path, {"--since", "24h"})["invocations"]["total"] == 0);
}

TEST_CASE("stats lists the most frequent errors") {
  const TemporaryDirectory directory;
  const SampleStore sample(directory / "t.db");
  OldStore store(sample.path);
  store.record(5, 0, true);
  const Json errors = stats(store.path)["errors"];
  REQUIRE(errors.size() == 3);
  CHECK(errors[0]["of"] == "job");
  CHECK(errors[0]["name"] == "send_receipt");
  CHECK(errors[0]["message"] == "no mail");
  CHECK(errors[0]["count"] == 5);
  std::vector<std::string> others = {errors[1]["message"], errors[2]["message"]};
  std::sort(others.begin(), others.end());
  CHECK(others == std::vector<std::string>{"card declined", "no such column: totl"});
}

TEST_CASE("stats stays readable with any names and errors") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  Recorder recorder({.store = store.path});
  recorder.start_invocation({.source_function = "evil\x1b[2J"})
      .fail({.message = "first line\nsecond \x1b[2J"});
  const Result text = edo({"stats", "--store", store.path});
  CHECK(text.exit_code == 0);
  CHECK(text.err.empty());
  CHECK_THAT(text.out, StartsWith("FUNCTION ") && Contains("evil\\x1b[2J") && Contains("all 5 ") &&
                           Contains("\nJOB ") && Contains("\nERRORS ") &&
                           Contains("card declined") && Contains("first line\n") &&
                           Contains("this store was never shipped"));
  CHECK_THAT(text.out, !Contains("\x1b") && !Contains("second"));
}

TEST_CASE("stats of a store without rows") {
  const TemporaryDirectory directory;
  REQUIRE(edo({"init", "--store", directory / "t.db"}).exit_code == 0);
  const Result text = edo({"stats", "--store", directory / "t.db"});
  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, StartsWith("Nothing started since ") && Contains("No change is pending."));
  const Json json = stats(directory / "t.db");
  CHECK(json["invocations"]["total"] == 0);
  CHECK(json["invocations"]["p50_ms"].is_null());
  CHECK(json["functions"].empty());
  CHECK(json["oldest_pending_seconds"].is_null());
}

}  // namespace
}  // namespace edo::testing
