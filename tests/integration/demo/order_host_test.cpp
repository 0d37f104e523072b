#include "examples/order_host.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "storage/database.hpp"
#include "support/files.hpp"
#include "support/process.hpp"

namespace edo::examples {
namespace {

// A store that the sample host has recorded into.
class Recorded {
 public:
  explicit Recorded(std::size_t invocations, std::uint64_t seed = 1)
      : summary(run_order_host(
            {.store = directory_ / "demo.db", .invocations = invocations, .seed = seed})),
        database_(directory_ / "demo.db", {}) {}

  std::int64_t count(const std::string& from_where) {
    return database_.integer("SELECT count(*) FROM " + from_where).value_or(-1);
  }
  // All rows of one statement, each as its columns with commas between.
  std::vector<std::string> rows(const std::string& sql) {
    SQLite::Statement statement(database_.handle(), sql);
    std::vector<std::string> rows;
    while (statement.executeStep()) {
      std::string& row = rows.emplace_back();
      for (int i = 0; i < statement.getColumnCount(); ++i) {
        row += (i > 0 ? "," : "") + statement.getColumn(i).getString();
      }
    }
    return rows;
  }

 private:
  testing::TemporaryDirectory directory_;

 public:
  const DemoSummary summary;

 private:
  storage::Database database_;
};

TEST_CASE("a day of 500 invocations is whole") {
  static Recorded day(500);  // recorded once for all sections
  const auto size = [](std::size_t n) { return static_cast<std::int64_t>(n); };

  SECTION("the summary is what was recorded") {
    CHECK(day.summary.invocations == 500);
    CHECK(day.count("invocations") == 500);
    CHECK(day.count("event_executions") == size(day.summary.events));
    CHECK(day.count("job_executions") == size(day.summary.jobs));
    CHECK(day.count("job_logs") == size(day.summary.logs));
    CHECK(day.count("invocations WHERE status IN ('failed', 'timeout')") ==
          size(day.summary.failed_invocations));
    CHECK(day.count("invocations WHERE status = 'failed' AND id = '" +
                    day.summary.failed_invocation_id + "'") == 1);
  }

  SECTION("nothing is left running") {
    CHECK(day.count("invocations WHERE status = 'running' OR completed_at IS NULL") == 0);
    CHECK(day.count("event_executions WHERE status IN ('detecting', 'handling')") == 0);
    CHECK(day.count("job_executions WHERE status = 'running'") == 0);
    CHECK(day.count("writers WHERE outcome = 'closed' AND dropped_calls = 0") == 1);
  }

  SECTION("every status occurs") {
    CHECK(day.rows("SELECT DISTINCT status FROM invocations ORDER BY 1") ==
          std::vector<std::string>{"completed", "failed", "timeout"});
    CHECK(day.rows("SELECT DISTINCT status FROM event_executions ORDER BY 1") ==
          std::vector<std::string>{"completed", "detection_failed", "failed", "handler_failed",
                                   "not_detected"});
    CHECK(day.rows("SELECT DISTINCT status FROM job_executions ORDER BY 1") ==
          std::vector<std::string>{"completed", "failed"});
    CHECK(day.rows("SELECT DISTINCT level FROM job_logs ORDER BY 1") ==
          std::vector<std::string>{"debug", "error", "info", "warn"});
    CHECK(day.count("job_executions WHERE status = 'failed' AND error_stack LIKE '%    at %'") > 0);
    CHECK(day.rows("SELECT DISTINCT source_operation FROM invocations ORDER BY 1") ==
          std::vector<std::string>{"DELETE", "INSERT", "MANUAL", "UPDATE"});
  }

  SECTION("counts in invocations and events are the counted rows") {
    CHECK(day.count(R"(invocations i WHERE
        total_jobs_run <> (SELECT count(*) FROM job_executions WHERE invocation_id = i.id)
        OR total_jobs_failed <> (SELECT count(*) FROM job_executions
                                 WHERE invocation_id = i.id AND status = 'failed')
        OR total_jobs_succeeded <> (SELECT count(*) FROM job_executions
                                    WHERE invocation_id = i.id AND status = 'completed')
        OR events_detected_count <> (SELECT count(*) FROM event_executions
                                     WHERE invocation_id = i.id AND detected))") == 0);
    CHECK(day.count(R"(event_executions e WHERE
        jobs_count <> (SELECT count(*) FROM job_executions WHERE event_execution_id = e.id)
        OR jobs_failed <> (SELECT count(*) FROM job_executions
                           WHERE event_execution_id = e.id AND status = 'failed'))") == 0);
  }

  SECTION("every module is checked, unless the function did not come so far") {
    CHECK(day.count(R"(invocations i WHERE error_message IS NULL
        AND (SELECT count(*) FROM event_executions WHERE invocation_id = i.id) <> 11)") == 0);
    CHECK(day.count("event_executions WHERE detected") * 5 < day.count("event_executions"));
  }

  SECTION("chains hang together") {
    CHECK(day.count("invocations WHERE source_job_id IS NOT NULL") > 100);
    CHECK(day.count(R"(invocations i WHERE source_job_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM job_executions j WHERE j.id = i.source_job_id
           AND j.correlation_id = i.correlation_id AND j.created_at < i.created_at))") == 0);
    // The other way round: who belongs to somebody's chain without having begun it was triggered.
    CHECK(day.count(R"(invocations i WHERE source_job_id IS NULL AND EXISTS
        (SELECT 1 FROM invocations o WHERE o.correlation_id = i.correlation_id
           AND o.created_at < i.created_at))") == 0);
    CHECK(day.count(R"((SELECT 1 FROM invocations GROUP BY correlation_id
        HAVING count(*) >= 4))") > 0);
    CHECK(day.count(R"(invocations WHERE source_job_id IS NOT NULL
        AND source_event_payload ->> '$.event.data.new.updated_by' NOT LIKE
            'event-detector-%|' || correlation_id || '|' || source_job_id)") == 0);
  }

  SECTION("jobs of one event run side by side") {
    // A line of one job between two lines of another.
    CHECK(day.count(R"(job_logs a JOIN job_logs b ON b.job_execution_id = a.job_execution_id
          AND b.sequence = a.sequence + 1
        JOIN job_logs other ON other.invocation_id = a.invocation_id
          AND other.job_execution_id <> a.job_execution_id
        WHERE other.created_at > a.created_at AND other.created_at < b.created_at)") > 50);
    CHECK(day.count(R"(job_executions a JOIN job_executions b
        ON a.event_execution_id = b.event_execution_id AND a.id < b.id
        WHERE a.completed_at > b.created_at AND b.completed_at > a.created_at)") > 300);
  }

  // julianday() rounds each time to milliseconds, and durations are cut to them.
  SECTION("durations are what the times say, within the rounding") {
    CHECK(day.count(R"(job_executions WHERE abs(duration_ms -
        (julianday(completed_at) - julianday(created_at)) * 86400000) > 2.1)") == 0);
    CHECK(day.count(R"(invocations WHERE abs(total_duration_ms -
        (julianday(completed_at) - julianday(created_at)) * 86400000) > 2.1)") == 0);
    CHECK(day.count("invocations WHERE total_duration_ms > 15000") == 0);
    CHECK(day.count("job_executions WHERE duration_ms > 5000") > 0);
  }

  SECTION("it is the last day, up to now") {
    CHECK(day.count("invocations WHERE created_at < strftime('%Y-%m-%dT%H:%M:%S', "
                    "'now', '-1 day', '-10 minutes')") == 0);
    CHECK(day.count("invocations WHERE updated_at > strftime('%Y-%m-%dT%H:%M:%S', "
                    "'now', '+2 seconds')") == 0);
    CHECK(day.rows("SELECT count(DISTINCT substr(created_at, 1, 13)) > 18 FROM invocations") ==
          std::vector<std::string>{"1"});
    // Ids tell the order as well.
    CHECK(day.count("(SELECT created_at < lag(created_at) OVER (ORDER BY id) AS back "
                    "FROM invocations) WHERE back") == 0);
  }

  SECTION("documents are JSON") {
    CHECK(day.count("invocations WHERE json_type(source_event_payload) <> 'object' "
                    "OR json_type(context_data) <> 'object'") == 0);
    CHECK(day.count("job_executions WHERE json_type(job_options) <> 'object' "
                    "OR json_type(result) <> 'object'") == 0);
    CHECK(day.count("job_logs WHERE json_type(data) <> 'object'") == 0);
    CHECK(day.count("job_logs WHERE data IS NOT NULL") > 0);
  }
}

TEST_CASE("one seed gives one day, another seed another") {
  const std::string shape = R"(
      SELECT 'i', source_function, source_operation, status, total_duration_ms, total_jobs_run,
             total_jobs_failed, error_message FROM invocations
      UNION ALL SELECT 'e', event_name, '', status, detection_duration_ms, handler_duration_ms,
             jobs_count, handler_error FROM event_executions
      UNION ALL SELECT 'j', job_name, job_options, status, duration_ms, result, '', error_message
             FROM job_executions
      UNION ALL SELECT 'l', level, message, data, sequence, source, line_number, '' FROM job_logs
      ORDER BY 1, 2, 3, 4, 5, 6, 7, 8)";
  const auto seed =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  CAPTURE(seed);
  Recorded one(150, seed);
  Recorded same(150, seed);
  Recorded other(150, seed + 1);
  // A duration is cut to milliseconds, and where it is cut does not depend on the date.
  CHECK(one.rows(shape) == same.rows(shape));
  CHECK(one.rows(shape) != other.rows(shape));
  CHECK(one.summary.jobs == same.summary.jobs);
  CHECK(one.summary.failed_invocations == same.summary.failed_invocations);
}

TEST_CASE("any number of invocations is met exactly") {
  for (const std::size_t wanted : {0U, 1U, 2U, 3U, 17U}) {
    Recorded day(wanted, wanted + 5);
    CHECK(day.count("invocations") == static_cast<std::int64_t>(wanted));
    CHECK(day.summary.invocations == wanted);
  }
}

TEST_CASE("progress is reported up to the last invocation") {
  const testing::TemporaryDirectory directory;
  std::vector<std::size_t> told;
  const DemoSummary summary = run_order_host({.store = directory / "demo.db",
                                              .invocations = 40,
                                              .seed = 3,
                                              .progress = [&](std::size_t done, std::size_t total) {
                                                CHECK(total == 40);
                                                told.push_back(done);
                                              }});
  CHECK(summary.invocations == 40);
  REQUIRE(told.size() == 40);
  for (std::size_t i = 0; i < told.size(); ++i) CHECK(told[i] == i + 1);
}

TEST_CASE("a live host records from now on until it is stopped") {
  const testing::TemporaryDirectory directory;
  const std::string store = directory / "live.db";
  // As a person sees it in between: nobody really waits.
  std::int64_t most_running = 0;
  int waits = 0;
  const DemoSummary summary = run_order_host(
      {.store = store, .seed = 3, .wait = [&](auto span) {
         CHECK(span.count() >= 0);
         if (waits % 200 == 0) {
           storage::Database database(store, {});
           most_running = std::max(
               most_running,
               database.integer("SELECT count(*) FROM invocations WHERE status = 'running'")
                   .value_or(0));
         }
         return ++waits == 2000;
       }});
  CHECK(most_running > 0);
  storage::Database database(store, {});
  const auto count = [&](const std::string& from_where) {
    return static_cast<std::size_t>(
        database.integer("SELECT count(*) FROM " + from_where).value_or(-1));
  };
  CHECK(summary.invocations > 20);
  CHECK(count("invocations") == summary.invocations);
  CHECK(count("invocations WHERE status IN ('failed', 'timeout')") == summary.failed_invocations);
  CHECK(count("invocations WHERE status = 'completed'") > 0);
  CHECK(count("invocations WHERE status = 'running'") == 0);
  CHECK(count("job_executions WHERE status = 'running'") == 0);
  CHECK(
      count("invocations WHERE created_at < strftime('%Y-%m-%dT%H:%M:%S', 'now', '-10 minutes')") ==
      0);
  CHECK(count("writers WHERE outcome = 'closed' AND dropped_calls = 0") == 1);
}

TEST_CASE("a store that cannot be opened is reported") {
  const testing::TemporaryDirectory directory;
  CHECK_THROWS_AS(run_order_host({.store = directory.path(), .invocations = 1}), Error);
}

TEST_CASE("the program handles every payload file") {
  const testing::TemporaryDirectory directory;
  const std::string store = directory / "one.db";
  const auto handle = [&](const std::string& file) {
    return testing::run({.argv = {EDO_ORDER_HOST, file, "--store", store}});
  };

  const testing::Result created = handle(EDO_PAYLOADS "/order_created.json");
  CHECK(created.err.empty());
  CHECK(created.exit_code == 0);
  CHECK(created.out.find("edo show ") != std::string::npos);
  // The row of a payment has no address, so one of its jobs cannot do what it is for.
  const testing::Result payment = handle(EDO_PAYLOADS "/payment_captured.json");
  CHECK(payment.exit_code == 0);

  storage::Database database(store, {});
  CHECK(database.integer("SELECT count(*) FROM invocations") == 2);
  CHECK(database.text("SELECT status FROM invocations ORDER BY created_at LIMIT 1") == "completed");
  CHECK(database.text("SELECT status FROM invocations ORDER BY created_at DESC LIMIT 1") ==
        "failed");
  CHECK(database.text("SELECT error_message FROM job_executions WHERE status = 'failed'") ==
        "the row has no e-mail address");
  CHECK(database.integer("SELECT count(*) FROM job_executions WHERE status = 'completed'") == 3);

  testing::write_file(directory / "none.json", "{\"not\": \"a payload\"}");
  const testing::Result refused = handle(directory / "none.json");
  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("none.json") != std::string::npos);
  CHECK(handle(directory / "missing.json").exit_code == 2);
}

}  // namespace
}  // namespace edo::examples
