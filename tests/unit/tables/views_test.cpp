// The views of the store, over figures that were worked out by hand.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "edo/recorder.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"

namespace edo::tables {
namespace {

class Shop {
 public:
  // One invocation that detects `events` and runs `jobs`, of which the first `bad` fail.
  void invoke(std::string_view at, std::string_view function, std::int64_t duration_ms,
              const std::vector<std::string>& events, const std::vector<std::string>& jobs,
              std::size_t bad = 0) {
    now_ = base::parse_timestamp(at).value();
    auto invocation = recorder_.start_invocation({.source_function = function});
    invocation.start_event({.event_name = "never"}).not_detected();
    for (const auto& name : events) {
      auto event = invocation.start_event({.event_name = name});
      event.detected();
      if (&name == &events.front()) {
        for (std::size_t i = 0; i < jobs.size(); ++i) {
          auto job = event.start_job({.job_name = jobs[i]});
          i < bad ? job.fail({.message = "no"}) : job.complete();
        }
      }
      event.complete();
    }
    invocation.complete({.duration = std::chrono::milliseconds(duration_ms)});
  }
  void leave_running(std::string_view at, std::string_view function) {
    now_ = base::parse_timestamp(at).value();
    running_ = recorder_.start_invocation({.source_function = function});
  }
  std::vector<testing::Row> rows(const std::string& sql) {
    return testing::rows(directory_ / "telemetry.db", sql);
  }

 private:
  static Options options(const std::string& path, const base::Micros* now) {
    Options options;
    options.store = path;
    options.clock = [now] { return base::timestamp(*now); };
    return options;
  }

  testing::TemporaryDirectory directory_;
  base::Micros now_ = 0;
  Recorder recorder_{options(directory_ / "telemetry.db", &now_)};
  Invocation running_;
};

TEST_CASE("figures of an hour and of a function") {
  Shop shop;
  shop.invoke("2026-03-01T10:00:00Z", "orders", 100, {"created", "paid"}, {"mail", "stock"}, 1);
  shop.invoke("2026-03-01T10:30:00Z", "orders", 200, {"created"}, {"mail"});
  shop.invoke("2026-03-01T10:59:59.999999Z", "orders", 600, {"created"}, {"mail", "mail"}, 2);
  shop.leave_running("2026-03-01T10:45:00Z", "orders");
  shop.invoke("2026-03-01T11:00:00Z", "orders", 50, {}, {});
  shop.invoke("2026-03-01T10:00:00Z", "users", 70, {"changed"}, {"sync"}, 1);

  const auto stats =
      shop.rows("SELECT * FROM dashboard_stats ORDER BY source_function, hour_bucket");
  REQUIRE(stats.size() == 3);
  const testing::Row expected = {
      {"hour_bucket", "2026-03-01T10:00:00.000000Z"},
      {"source_function", "orders"},
      {"total_invocations", "4"},
      {"successful_invocations", "1"},
      {"failed_invocations", "2"},
      {"total_events_detected", "4"},
      {"total_jobs_run", "5"},
      {"total_jobs_succeeded", "2"},
      {"avg_duration_ms", "300.0"},
      {"min_duration_ms", "100"},
      {"max_duration_ms", "600"},
      {"p95_duration_ms", "560.0"},  // 200 + 0.9 * (600 - 200)
  };
  CHECK(stats[0] == expected);
  CHECK(stats[1].at("hour_bucket") == "2026-03-01T11:00:00.000000Z");
  CHECK(stats[1].at("total_invocations") == "1");
  CHECK(stats[1].at("total_events_detected") == "0");
  CHECK(stats[2].at("source_function") == "users");
  CHECK(stats[2].at("failed_invocations") == "1");

  const auto hours =
      shop.rows("SELECT * FROM metrics_hourly ORDER BY source_function, hour_bucket");
  REQUIRE(hours.size() == 3);
  const auto invocations =
      shop.rows("SELECT id FROM invocations WHERE source_function = 'orders' ORDER BY created_at");
  CHECK(hours[0].at("id") == invocations[0].at("id"));
  CHECK(hours[0].at("total_invocations") == "4");
  CHECK(hours[0].at("p95_duration_ms") == "560.0");
  CHECK(hours[0].at("top_detected_events") ==
        R"([{"event_name":"created","count":3},{"event_name":"paid","count":1}])");
  CHECK(hours[0].at("most_failed_jobs") == R"([{"job_name":"mail","count":3}])");
  CHECK(hours[1].at("top_detected_events") == "[]");
  CHECK(hours[2].at("most_failed_jobs") == R"([{"job_name":"sync","count":1}])");
  CHECK(hours[2].at("top_detected_events") == R"([{"event_name":"changed","count":1}])");
}

TEST_CASE("no more than ten names, the most frequent first") {
  Shop shop;
  std::vector<std::string> events;
  for (char c = 'a'; c <= 'm'; ++c) events.emplace_back(1, c);
  shop.invoke("2026-03-01T10:00:00Z", "f", 1, events, {});
  shop.invoke("2026-03-01T10:00:01Z", "f", 1, {"m"}, {});
  const auto hours = shop.rows(
      "SELECT json_array_length(top_detected_events) AS n,"
      " top_detected_events ->> '$[0].event_name' AS first,"
      " top_detected_events ->> '$[1].event_name' AS second"
      " FROM metrics_hourly");
  REQUIRE(hours.size() == 1);
  CHECK(hours[0].at("n") == "10");
  CHECK(hours[0].at("first") == "m");
  CHECK(hours[0].at("second") == "a");
}

TEST_CASE("hours are read from their index alone, and figures only when asked for") {
  Shop shop;
  const auto plan =
      shop.rows("EXPLAIN QUERY PLAN SELECT * FROM dashboard_stats WHERE hour_bucket >= '2026'");
  std::size_t reads = 0;
  for (const auto& step : plan) {
    const auto& detail = step.at("detail");
    CAPTURE(detail);
    CHECK(detail.find("TEMP B-TREE") == std::string::npos);
    if (detail.find("invocations") == std::string::npos) continue;
    CHECK(detail.find("SEARCH invocations USING COVERING INDEX invocations_by_hour") == 0);
    ++reads;
  }
  CHECK(reads == 8);  // the hours, and seven figures that are read when they are asked for

  const auto few =
      shop.rows("EXPLAIN QUERY PLAN SELECT hour_bucket, p95_duration_ms FROM dashboard_stats");
  CHECK(std::count_if(few.begin(), few.end(), [](const auto& step) {
          return step.at("detail").find("invocations") != std::string::npos;
        }) == 1);
}

TEST_CASE("a computed field of one row looks at no other row") {
  Shop shop;
  const auto fields = shop.rows("SELECT relation FROM column_types WHERE name = 'value'");
  CHECK(fields.size() == 9);
  for (const auto& field : fields) {
    const std::string& name = field.at("relation");
    const auto plan =
        shop.rows("EXPLAIN QUERY PLAN SELECT value FROM " + name + " WHERE id = 'some'");
    CHECK_FALSE(plan.empty());
    for (const auto& step : plan) {
      CAPTURE(name, step.at("detail"));
      const auto& detail = step.at("detail");
      // A subquery that was found by key may still be scanned.
      CHECK((detail.find("SCAN") == std::string::npos ||
             detail.find("(subquery") != std::string::npos));
    }
  }
}

TEST_CASE("an empty store has no figures, and no errors") {
  Shop shop;
  CHECK(shop.rows("SELECT * FROM dashboard_stats").empty());
  CHECK(shop.rows("SELECT * FROM metrics_hourly").empty());
}

}  // namespace
}  // namespace edo::tables
