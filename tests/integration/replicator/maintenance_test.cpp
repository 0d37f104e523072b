// The figures that the central database keeps, and what it throws away, against what plain queries
// say.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"
#include "replicator/postgres/connection.hpp"
#include "support/wait.hpp"

using namespace edo::testing;

namespace {

const std::string kSchema = "event_detector_observability";
const std::string kCentral = kSchema + ".";
// What psql would call \c: every statement finds the tables, in a time zone that is not UTC and has
// hours that begin at half past.
const std::string kSession = "SET search_path TO " + kSchema + "; SET TimeZone TO 'Asia/Kolkata'; ";

// Nothing here may have to wait for anything.
const std::string kImpatient = "SET lock_timeout TO '20s'; ";

std::string central() { return migrated_database(); }

std::string value(const std::string& url, const std::string& sql) {
  return query_value(url, kSession + kImpatient + sql);
}

// A session that stays open, so that a transaction can be in its middle.
class Session {
 public:
  explicit Session(const std::string& url) : connection_(edo::postgres::Target(url)) {
    run(kSession + kImpatient);
  }
  void run(const std::string& sql) { connection_.script("run", sql); }
  // "BEGIN; SELECT …": the value of the last statement.
  std::string value(const std::string& sql) {
    const auto last = sql.rfind("; ");
    if (last != std::string::npos) run(sql.substr(0, last));
    return connection_.run("ask", last == std::string::npos ? sql : sql.substr(last + 2))
        .text(0, 0);
  }

 private:
  edo::postgres::Connection connection_;
};

struct Invocation {
  std::string at;
  std::string function = "f";
  std::string status = "completed";
  std::string duration = "10";
  int events = 0;
  int jobs = 0;
};

// Adds an invocation with events called e0, e1, … and failed jobs called j0, j1, …
void add(const std::string& url, const Invocation& row) {
  query(url,
        kSession +
            "WITH i AS (INSERT INTO invocations (id, created_at, updated_at, "
            "source_function, status, total_duration_ms, events_detected_count, total_jobs_run) "
            "VALUES (gen_random_uuid(), '" +
            row.at + "', '" + row.at + "', '" + row.function + "', '" + row.status + "', " +
            row.duration + ", " + std::to_string(row.events) + ", " + std::to_string(row.jobs) +
            ") RETURNING id, created_at), e AS (INSERT INTO event_executions (id, "
            "invocation_id, created_at, updated_at, event_name, detected) SELECT "
            "gen_random_uuid(), id, created_at, created_at, 'e' || n, n < " +
            std::to_string(row.events) + " FROM i, generate_series(0, " +
            std::to_string(row.events) +
            ") AS n RETURNING id, invocation_id, event_name, created_at) INSERT INTO "
            "job_executions (id, invocation_id, event_execution_id, created_at, updated_at, "
            "job_name, status) SELECT gen_random_uuid(), invocation_id, id, created_at, "
            "created_at, 'j' || n, CASE n % 3 WHEN 0 THEN 'failed' WHEN 1 THEN 'crashed' ELSE "
            "'completed' END FROM e, generate_series(0, " +
            std::to_string(row.jobs) + " - 1) AS n WHERE event_name = 'e0'");
}

void touch_all_hours(const std::string& url) {
  query(url, kSession +
                 "INSERT INTO metrics_stale SELECT date_trunc('hour', created_at, 'UTC') "
                 "FROM invocations");
}

// The figures of one hour and function, as the table has them.
std::string figures(const std::string& url, const std::string& hour, const std::string& function) {
  return value(url,
               "SELECT concat_ws(' ', total_invocations, successful_invocations, "
               "failed_invocations, total_events_detected, total_jobs_run, "
               "coalesce(avg_duration_ms::text, '-'), coalesce(min_duration_ms::text, '-'), "
               "coalesce(max_duration_ms::text, '-'), coalesce(p95_duration_ms::text, '-')) "
               "FROM metrics_hourly WHERE hour_bucket = '" +
                   hour + "' AND source_function = '" + function + "'");
}

// A second opinion on figures, in words of its own: no GROUP BY with filters, the 95th percentile
// by its definition (linear interpolation at 0.95 (n - 1)), hours by arithmetic on the epoch.
const std::string kExpected =
    "SELECT hour, f, (SELECT count(*) FROM invocations WHERE (hour, f) = (h(created_at), "
    "source_function)) AS total, (SELECT count(*) FROM invocations WHERE (hour, f) = "
    "(h(created_at),"
    " source_function) AND status = 'completed') AS good, (SELECT count(*) FROM invocations WHERE "
    "(hour, f) = (h(created_at), source_function) AND status NOT IN ('completed', 'running')) AS "
    "bad,"
    " (SELECT round(sum(total_duration_ms)::numeric / count(total_duration_ms), 2) FROM "
    "invocations "
    "WHERE (hour, f) = (h(created_at), source_function) HAVING count(total_duration_ms) > 0) AS "
    "mean,"
    " (SELECT round((d[1 + floor(p)::int] + (p - floor(p)) * (d[1 + ceil(p)::int] - d[1 + "
    "floor(p)::int]))::numeric, 2) FROM (SELECT d, 0.95 * (cardinality(d) - 1) AS p FROM (SELECT "
    "array_agg(total_duration_ms ORDER BY total_duration_ms) FILTER (WHERE total_duration_ms IS "
    "NOT "
    "NULL) AS d FROM invocations WHERE (hour, f) = (h(created_at), source_function)) a) b) AS p95 "
    "FROM (SELECT DISTINCT h(created_at) AS hour, source_function AS f FROM invocations) groups";

void make_second_opinion(const std::string& url) {
  query(url, kSession +
                 "CREATE FUNCTION h(t timestamptz) RETURNS timestamptz LANGUAGE sql AS "
                 "'SELECT to_timestamp(floor(extract(epoch FROM t) / 3600) * 3600)'; "
                 "CREATE VIEW expected AS " +
                 kExpected);
}

// Rows of `table` that the second opinion does not share, and the other way round.
std::string disagreements(const std::string& url, const std::string& table) {
  const std::string theirs =
      "SELECT hour_bucket, source_function, total_invocations::bigint, "
      "successful_invocations::bigint, failed_invocations::bigint, avg_duration_ms, "
      "p95_duration_ms "
      "FROM " +
      table;
  return value(url, "SELECT count(*) FROM ((" + theirs +
                        " EXCEPT TABLE expected) UNION ALL (TABLE "
                        "expected EXCEPT " +
                        theirs + ")) d");
}

}  // namespace

TEST_CASE("hourly figures are right, by function and by hour") {
  const std::string url = central();
  // The hour begins with its first microsecond and ends before the next one's.
  add(url, {"2026-03-01 10:00:00+00", "f", "completed", "10", 2, 1});
  add(url, {"2026-03-01 10:59:59.999999+00", "f", "failed", "30", 1, 1});
  add(url, {"2026-03-01 10:30:00+00", "f", "running", "NULL", 1, 0});
  add(url, {"2026-03-01 10:30:00+00", "f", "timeout", "110", 0, 0});
  add(url, {"2026-03-01 10:30:00+00", "g", "crashed", "NULL", 0, 2});
  add(url, {"2026-03-01 11:00:00+00", "f", "completed", "7", 0, 0});
  touch_all_hours(url);
  CHECK(value(url, "SELECT refresh_metrics_hourly()") == "2");
  CHECK(figures(url, "2026-03-01 10:00:00+00", "f") == "4 1 2 4 2 50.00 10 110 102.00");
  CHECK(figures(url, "2026-03-01 10:00:00+00", "g") == "1 0 1 0 2 - - - -");
  CHECK(figures(url, "2026-03-01 11:00:00+00", "f") == "1 1 0 0 0 7.00 7 7 7.00");
  CHECK(value(url, "SELECT count(*) FROM metrics_hourly") == "3");
  CHECK(value(url, "SELECT count(*) FROM metrics_stale") == "0");
  CHECK(value(url, "SELECT refresh_metrics_hourly()") == "0");

  // A row that comes to its end later.
  query(url, kSession +
                 "UPDATE invocations SET status = 'completed', total_duration_ms = 50 WHERE "
                 "status = 'running'; INSERT INTO metrics_stale VALUES ('2026-03-01 10:00:00+00')");
  CHECK(value(url, "SELECT refresh_metrics_hourly()") == "1");
  CHECK(figures(url, "2026-03-01 10:00:00+00", "f") == "4 2 2 4 2 50.00 10 110 101.00");
}

TEST_CASE("a stale time within an hour means that hour") {
  const std::string url = central();
  add(url, {"2026-03-01 10:05:00+00"});
  add(url, {"2026-03-01 11:05:00+00"});
  query(url, kSession + "INSERT INTO metrics_stale SELECT created_at FROM invocations");
  CHECK(value(url, "SELECT refresh_metrics_hourly()") == "2");
  CHECK(value(url,
              "SELECT string_agg(hour_bucket AT TIME ZONE 'UTC' || ' ' || total_invocations, "
              "', ' ORDER BY hour_bucket) FROM metrics_hourly") ==
        "2026-03-01 10:00:00 1, 2026-03-01 11:00:00 1");
}

TEST_CASE("many rows give the figures that plain queries give, in tables and dashboard alike") {
  const std::string url = central();
  make_second_opinion(url);
  query(url,
        kSession +
            "SELECT setseed(0.7); INSERT INTO invocations (id, created_at, updated_at, "
            "source_function, status, total_duration_ms) SELECT gen_random_uuid(), t, t, 'f' || "
            "floor(random() * 4), (ARRAY['running', 'completed', 'completed', 'failed', "
            "'timeout', 'crashed'])[1 + floor(random() * 6)], CASE WHEN random() < 0.8 THEN "
            "(random() * 1000)::int END FROM (SELECT now() - random() * interval '20 days' AS t "
            "FROM generate_series(1, 6000)) s");
  touch_all_hours(url);
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(std::stoi(value(url, "SELECT count(*) FROM metrics_hourly")) > 1000);
  CHECK(disagreements(url, "metrics_hourly") == "0");
  CHECK(disagreements(url, "dashboard_stats") == "0");
}

TEST_CASE("the top ten of many rows are those that each hour and function has by itself") {
  const std::string url = central();
  query(url,
        kSession +
            "SELECT setseed(0.3); INSERT INTO invocations (id, created_at, updated_at,"
            " source_function) SELECT gen_random_uuid(), t, t, 'f' || floor(random() * 5) FROM"
            " (SELECT now() - random() * interval '8 hours' AS t FROM generate_series(1, 300)) s;"
            " INSERT INTO event_executions (id, invocation_id, created_at, updated_at, event_name,"
            " detected) SELECT gen_random_uuid(), id, created_at, created_at, 'e' ||"
            " floor(random() * random() * 30), random() < 0.7 FROM invocations,"
            " generate_series(1, 20); INSERT INTO job_executions (id, invocation_id,"
            " event_execution_id, created_at, updated_at, job_name, status) SELECT"
            " gen_random_uuid(), invocation_id, id, created_at, created_at, 'j' ||"
            " floor(random() * random() * 30), (ARRAY['running', 'completed', 'failed',"
            " 'crashed'])[1 + floor(random() * 4)] FROM event_executions");
  touch_all_hours(url);
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(std::stoi(value(url, "SELECT count(*) FROM metrics_hourly")) >= 40);
  const auto top = [](const std::string& name, const std::string& rows) {
    return "(SELECT coalesce(jsonb_agg(jsonb_build_object('" + name +
           "', t.name, 'count', t.n) ORDER BY t.n DESC, t.name), '[]') FROM (SELECT " + name +
           " AS name, count(*) AS n FROM invocations i JOIN " + rows +
           " ON r.invocation_id = i.id WHERE i.created_at >= m.hour_bucket AND i.created_at <"
           " m.hour_bucket + interval '1 hour' AND i.source_function = m.source_function GROUP BY"
           " 1 ORDER BY n DESC, 1 LIMIT 10) t)";
  };
  CHECK(value(url, "SELECT count(*) FROM metrics_hourly m WHERE top_detected_events <> " +
                       top("event_name", "event_executions r") + " OR most_failed_jobs <> " +
                       top("job_name", "job_executions r")) != "0");
  CHECK(value(url, "SELECT count(*) FROM metrics_hourly m WHERE top_detected_events <> " +
                       top("event_name", "(SELECT * FROM event_executions WHERE detected) r") +
                       " OR most_failed_jobs <> " +
                       top("job_name",
                           "(SELECT * FROM job_executions WHERE status IN ('failed', 'crashed')) "
                           "r")) == "0");
}

TEST_CASE("names and ids have at most 2000 bytes") {
  const std::string url = central();
  add(url, {"now", "f", "completed", "1", 1, 1});
  const auto set = [&](const std::string& table, const std::string& column, int size) {
    query(url, kSession + "UPDATE " + table + " SET " + column + " = repeat('ä', " +
                   std::to_string(size / 2) + ")");
  };
  const std::vector<std::pair<std::string, std::vector<std::string>>> columns = {
      {"invocations",
       {"correlation_id", "source_function", "source_table", "source_operation", "source_system"}},
      {"event_executions", {"correlation_id", "event_name"}},
      {"job_executions", {"correlation_id", "job_name", "job_function_name"}}};
  for (const auto& [table, names] : columns) {
    for (const auto& name : names) {
      CAPTURE(table, name);
      CHECK_THROWS_WITH(set(table, name, 2002),
                        Catch::Matchers::Contains(table + "_" + name + "_check"));
      CHECK_NOTHROW(set(table, name, 2000));
    }
  }
  // The longest of all find room in every index.
  touch_all_hours(url);
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(value(url, "SELECT octet_length(source_function) FROM metrics_hourly") == "2000");
}

TEST_CASE("the newest hours come first, and those that are still to come last") {
  const std::string url = central();
  query(url, kSession +
                 "INSERT INTO metrics_stale SELECT now() + n * interval '1 hour' FROM "
                 "generate_series(-3, 3) n, generate_series(1, 2)");
  const auto left = [&] {
    return value(url,
                 "SELECT string_agg(DISTINCT round(extract(epoch FROM hour_bucket - now()) / "
                 "3600)::text, ' ') FROM metrics_stale");
  };
  CHECK(value(url, "SELECT refresh_metrics_hourly(1)") == "1");
  CHECK(left() == "-1 -2 -3 1 2 3");
  CHECK(value(url, "SELECT refresh_metrics_hourly(1, 1)") == "1");
  CHECK(left() == "-1 -3 1 2 3");
  CHECK(value(url, "SELECT refresh_metrics_hourly(2)") == "2");
  CHECK(left() == "1 2 3");
  CHECK(value(url, "SELECT refresh_metrics_hourly(1)") == "1");
  CHECK(left() == "1 2");
  CHECK(value(url, "SELECT refresh_metrics_hourly(5, 1)") == "1");
  CHECK(left() == "2");
}

TEST_CASE("old dead letters and batches are deleted in portions") {
  const std::string url = central();
  for (int i = 0; i < 5; ++i) add(url, {"now"});
  query(url, kSession +
                 "UPDATE invocations SET store_id = gen_random_uuid(), row_version = 2;"
                 "INSERT INTO replication_dead_letters (store_id, table_name, row_id, row_version,"
                 " error, payload, via) SELECT store_id, 'invocations', id, 2, '', '', 'direct'"
                 " FROM invocations; INSERT INTO replication_dead_letters (store_id, table_name,"
                 " row_id, row_version, error, payload, via) SELECT store_id, 'invocations',"
                 " 'no uuid', 2, '', '', 'direct' FROM invocations;"
                 "INSERT INTO replication_inbox (store_id, first_seq, last_seq, payload, state,"
                 " settled_at) SELECT gen_random_uuid(), 1, n, '', 'applied', now() - n * interval"
                 " '4 days' FROM generate_series(1, 5) n");
  // Each store has one of either kind; what stays does not keep it from the others.
  const std::string letters = "SELECT count(*) FROM replication_dead_letters";
  for (const auto* const left : {"9", "8", "7", "6", "5"}) {
    CHECK(value(url, "SELECT maintenance_task('dead_letters', 2)") == "1");
    CHECK(value(url, letters) == left);
  }
  CHECK(value(url, "SELECT maintenance_task('dead_letters', 2)") == "0");
  // It begins again, for those that came behind it.
  query(url, kSession +
                 "UPDATE replication_dead_letters SET row_id = (SELECT id::text FROM invocations i"
                 " WHERE i.store_id = replication_dead_letters.store_id)");
  CHECK(value(url, "SELECT maintenance_task('dead_letters', 100)") == "5");

  CHECK(value(url, "SELECT maintenance_task('inbox', 2)") == "2");
  // The oldest ones first.
  CHECK(value(url, "SELECT string_agg(last_seq::text, ' ' ORDER BY id) FROM replication_inbox") ==
        "1 2 3");
  CHECK(value(url, "SELECT maintenance_task('inbox', 100)") == "3");
}

TEST_CASE("a task that another session does blocks no other task") {
  const std::string url = central();
  add(url, {"now"});
  touch_all_hours(url);
  Session other(url);
  CHECK(other.value("BEGIN; SELECT maintenance_task('dashboard_stats', 1)") == "1");
  CHECK(value(url, "SELECT coalesce(maintenance_task('dashboard_stats', 1)::text, 'null')") ==
        "null");
  CHECK(value(url, "SELECT maintenance_task('metrics_hourly', 1)") == "1");
  CHECK(value(url, "SELECT count(*) FROM metrics_hourly") == "1");
}

TEST_CASE("a store has the same hours as the central database") {
  const TemporaryDirectory directory;
  const std::string url = central();
  SampleStore store(directory / "telemetry.db");
  const std::string hour = value(
      url, "SELECT to_char(now() AT TIME ZONE 'UTC' - interval '3 hours', 'YYYY-MM-DD HH24')");
  const std::string at = "'" + hour.substr(0, 10) + "T" + hour.substr(11) + ":30:00.000000Z'";
  // Of each function so many rows have a duration, and one has none.
  std::string rows;
  for (const int durations : {0, 1, 2, 3, 20, 101}) {
    for (int i = 0; i <= durations; ++i) {
      const std::string n = std::to_string(rows.size() + 100'000'000'000);
      const std::string status =
          std::vector<std::string>{"running", "completed", "failed", "timeout", "crashed"}.at(
              static_cast<std::size_t>(i) % 5);
      rows += (rows.empty() ? "('00000000-0000-7000-8000-" : ", ('00000000-0000-7000-8000-") + n +
              "', " + at + ", " + at + ", 'f" + std::to_string(durations) + "', '" + status +
              "', " + (i == 0 ? "NULL" : std::to_string(i * 7919 % 1000)) + ", " +
              std::to_string(i % 3) + ", " + std::to_string(i % 4) + ", " + std::to_string(i % 2) +
              ")";
    }
  }
  const std::string insert =
      "INSERT INTO invocations (id, created_at, updated_at, source_function, status,"
      " total_duration_ms, events_detected_count, total_jobs_run, total_jobs_succeeded) VALUES " +
      rows;
  store.execute(insert);
  query(url, kSession + insert + "; SELECT refresh_dashboard_stats()");

  // In hundredths, since a whole number looks different as a numeric and as a REAL.
  const std::string figures =
      "SELECT string_agg(concat_ws(' ', source_function, total_invocations,"
      " successful_invocations, failed_invocations, total_events_detected, total_jobs_run,"
      " total_jobs_succeeded, coalesce(CAST(round(avg_duration_ms * 100) AS integer), -1),"
      " coalesce(min_duration_ms, -1), coalesce(max_duration_ms, -1),"
      " coalesce(CAST(round(p95_duration_ms * 100) AS integer), -1)), '; ' ORDER BY "
      "total_invocations)"
      " FROM dashboard_stats";
  const std::string here = store.text(figures);
  CHECK(here == value(url, figures));
  CHECK_THAT(here, Catch::Matchers::StartsWith("f0 1 0 0 0 0 0 -1 -1 -1 -1; f1 2 1 0 1 1 1 "));
}

TEST_CASE("totals that no integer can hold are as large as one, and stop nothing") {
  const std::string url = central();
  for (int i = 0; i < 2; ++i) add(url, {"2026-03-01 10:00:00+00"});
  add(url, {"now", "g"});
  query(url, kSession +
                 "UPDATE invocations SET total_jobs_run = 2000000000, total_jobs_succeeded = "
                 "2000000000, events_detected_count = -2000000000 WHERE source_function = 'f'");
  touch_all_hours(url);
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(value(url,
              "SELECT concat_ws(' ', total_events_detected, total_jobs_run) FROM metrics_hourly "
              "WHERE source_function = 'f'") == "-2147483648 2147483647");
  CHECK(value(url, "SELECT count(*) FROM metrics_hourly") == "2");
  query(url, kSession + "UPDATE invocations SET created_at = now() WHERE source_function = 'f'");
  CHECK(value(url, "SELECT maintenance('0 seconds')") == "t");
  CHECK(value(url,
              "SELECT concat_ws(' ', total_events_detected, total_jobs_run, "
              "total_jobs_succeeded) FROM dashboard_stats WHERE source_function = 'f'") ==
        "-2147483648 2147483647 2147483647");
}

TEST_CASE("the top ten are ordered by count, then by name") {
  const std::string url = central();
  const std::string at = "2026-03-01 10:10:00+00";
  // e0 is detected 12 times, e1 11 times, …; the jobs j2, j5, … did not fail.
  for (int n = 1; n <= 12; ++n) add(url, {at, "f", "failed", "1", n, n + 5});
  add(url, {at, "g", "completed", "1", 0, 0});
  touch_all_hours(url);
  CHECK(value(url, "SELECT refresh_metrics_hourly()") == "1");
  const auto list = [&](const std::string& column) {
    const auto json = nlohmann::json::parse(
        value(url, "SELECT " + column + " FROM metrics_hourly WHERE source_function = 'f'"));
    std::string text;
    for (const auto& entry : json) {
      REQUIRE(entry.size() == 2);
      text += entry[column == "most_failed_jobs" ? "job_name" : "event_name"].get<std::string>() +
              "=" + std::to_string(entry["count"].get<int>()) + " ";
    }
    return text;
  };
  CHECK(list("top_detected_events") == "e0=12 e1=11 e2=10 e3=9 e4=8 e5=7 e6=6 e7=5 e8=4 e9=3 ");
  // All twelve invocations have j0 to j5; j6 is in eleven of them, and so on to j16 in one.
  CHECK(list("most_failed_jobs") == "j0=12 j1=12 j3=12 j4=12 j6=11 j7=10 j9=8 j10=7 j12=5 j13=4 ");
  CHECK(value(url,
              "SELECT concat_ws(' ', top_detected_events, most_failed_jobs) FROM "
              "metrics_hourly WHERE source_function = 'g'") == "[] []");
}

TEST_CASE("figures outlive the rows that retention removes") {
  const std::string url = central();
  for (int i = 0; i < 5; ++i)
    add(url, {"2020-03-01 10:00:00+00", "f", i < 3 ? "completed" : "failed"});
  touch_all_hours(url);
  CHECK(value(url, "SELECT maintenance()") == "t");
  const auto before = figures(url, "2020-03-01 10:00:00+00", "f");
  CHECK(value(url, "SELECT prune('30 days', '100 years')") == "3");
  // A failure that was kept is shipped again.
  touch_all_hours(url);
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(figures(url, "2020-03-01 10:00:00+00", "f") == before);
  CHECK(value(url, "SELECT prune('30 days')") == "2");
  query(url, kSession + "INSERT INTO metrics_stale VALUES ('2020-03-01 10:00:00+00')");
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(figures(url, "2020-03-01 10:00:00+00", "f") == before);
}

TEST_CASE("one of several sessions does the maintenance, and none waits") {
  const std::string url = central();
  add(url, {"2026-03-01 10:00:00+00"});
  touch_all_hours(url);
  {
    Session first(url);
    CHECK(first.value("BEGIN; SELECT maintenance()") == "t");
    CHECK(value(url, "SELECT maintenance()") == "f");
    CHECK(value(url, "SELECT maintenance('0 seconds', '0 seconds')") == "f");
    // Its death leaves everything to be done by the next.
  }
  CHECK(eventually([&] { return value(url, "SELECT maintenance()") == "t"; }));
  CHECK(value(url, "SELECT count(*) FROM metrics_hourly") == "1");
}

TEST_CASE("an hour that changes while maintenance runs is refreshed later") {
  const std::string url = central();
  const std::string touch = "INSERT INTO metrics_stale VALUES ('2026-03-01 10:00:00+00')";
  const std::string total = "SELECT total_invocations FROM metrics_hourly";
  add(url, {"2026-03-01 10:00:00+00"});
  query(url, kSession + touch);

  // An applier that has written but commits only after maintenance.
  Session applier(url);
  applier.run(
      "BEGIN; INSERT INTO invocations (id, created_at, updated_at, source_function) SELECT"
      " gen_random_uuid(), t, t, 'f' FROM (SELECT '2026-03-01 10:30:00+00'::timestamptz AS t)"
      " s; " +
      touch);
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(value(url, total) == "1");
  applier.run("COMMIT");
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(value(url, total) == "2");

  // Another that begins and commits while maintenance is at it.
  query(url, kSession + touch);
  Session maintenance(url);
  CHECK(maintenance.value("BEGIN; SELECT maintenance()") == "t");
  add(url, {"2026-03-01 10:45:00+00"});
  query(url, kSession + touch);
  maintenance.run("COMMIT");
  CHECK(value(url, total) == "2");
  CHECK(value(url, "SELECT maintenance()") == "t");
  CHECK(value(url, total) == "3");
  CHECK(value(url, "SELECT count(*) FROM metrics_stale") == "0");
}

TEST_CASE("dashboard_stats is refreshed regularly, and readers do not wait for it") {
  const std::string url = central();
  add(url, {"now"});
  CHECK(value(url, "SELECT maintenance()") == "t");
  const std::string total = "SELECT coalesce(sum(total_invocations), 0) FROM dashboard_stats";
  CHECK(value(url, total) == "1");
  add(url, {"now"});
  CHECK(value(url, "SELECT maintenance('1 hour')") == "t");
  CHECK(value(url, total) == "1");

  // A reader in the middle of its transaction holds up nothing.
  Session reader(url);
  CHECK(reader.value("BEGIN ISOLATION LEVEL REPEATABLE READ; " + total) == "1");
  CHECK(value(url, "SELECT maintenance('0 seconds')") == "t");
  CHECK(value(url, total) == "2");
  CHECK(reader.value(total) == "1");

  // One that comes while it is being refreshed reads the old figures at once.
  add(url, {"now"});
  Session refresh(url);
  CHECK(refresh.value("BEGIN; SELECT maintenance('0 seconds')") == "t");
  CHECK(refresh.value(total) == "3");
  CHECK(value(url, total) == "2");
}

TEST_CASE("only applied batches that are old enough are deleted") {
  const std::string url = central();
  query(url, kSession +
                 "INSERT INTO replication_inbox (store_id, first_seq, last_seq, payload, state, "
                 "received_at, settled_at) SELECT gen_random_uuid(), n, n, '', s, now() - d, CASE "
                 "WHEN s <> 'pending' THEN now() - d END FROM unnest(ARRAY['pending', 'applied', "
                 "'failed']) AS s, unnest(ARRAY['1 day', '2 days 23 hours', '3 days 1 hour', '1 "
                 "year']::interval[]) WITH ORDINALITY AS a (d, n)");
  CHECK(value(url, "SELECT maintenance()") == "t");
  const std::string left =
      "SELECT string_agg(state || n, ' ' ORDER BY state) FROM (SELECT state, count(*) AS n FROM "
      "replication_inbox GROUP BY state) s";
  CHECK(value(url, left) == "applied2 failed4 pending4");
  CHECK(value(url, "SELECT maintenance(keep_applied => '0 days')") == "t");
  CHECK(value(url, left) == "failed4 pending4");
}

TEST_CASE("prune removes what is old enough and nothing else") {
  const std::string url = central();
  int n = 0;
  for (const char* age :
       {"29 days 23 hours", "30 days 1 hour", "89 days 23 hours", "90 days 1 hour"}) {
    for (const char* status : {"completed", "failed", "timeout", "crashed", "running"}) {
      add(url, {value(url, std::string("SELECT now() - interval '") + age + "'"),
                "f" + std::to_string(n++), status, "1", 1, 1});
    }
  }
  const std::string trees =
      "SELECT concat_ws(' ', (SELECT count(*) FROM invocations), (SELECT count(*) FROM "
      "event_executions), (SELECT count(*) FROM job_executions))";
  REQUIRE(value(url, trees) == "20 40 20");
  CHECK(value(url, "SELECT prune('30 days', '90 days')") == "7");
  CHECK(value(url,
              "SELECT string_agg(source_function, ' ' ORDER BY "
              "substr(source_function, 2)::int) FROM invocations") ==
        "f0 f1 f2 f3 f4 f6 f7 f8 f9 f11 f12 f13 f14");
  CHECK(value(url, trees) == "13 26 13");
  // Failures are never kept for less than the rest.
  CHECK(value(url, "SELECT prune('60 days', '1 day')") == "4");
  CHECK(value(url, "SELECT prune('30 days')") == "4");
  CHECK(value(url, trees) == "5 10 5");
}

TEST_CASE("maintenance can be left to a user who owns nothing") {
  const std::string url = central();
  add(url, {"2020-01-01 00:00:00+00", "f", "completed", "1", 1, 1});
  add(url, {"now", "f", "completed", "1", 1, 1});
  query(url,
        kSession +
            "CREATE ROLE janitor LOGIN; GRANT USAGE ON SCHEMA event_detector_observability TO "
            "janitor; GRANT SELECT, DELETE ON invocations, event_executions, job_executions, "
            "job_logs TO janitor; GRANT EXECUTE ON FUNCTION refresh_dashboard_stats(), "
            "prune(interval, interval) TO janitor; GRANT SELECT, INSERT, UPDATE ON retention TO "
            "janitor");
  const auto result = run(Command{{"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                                   "postgresql://janitor" + url.substr(url.find('@')), "-f", "-"},
                                  {},
                                  R"(-- Delete old data (older than 30 days)
DELETE FROM event_detector_observability.invocations
WHERE created_at < NOW() - INTERVAL '30 days';

-- Refresh materialized views
SELECT event_detector_observability.refresh_dashboard_stats();
)"});
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK(value(url,
              "SELECT concat_ws(' ', (SELECT count(*) FROM invocations), (SELECT count(*) FROM "
              "event_executions), (SELECT sum(total_invocations) FROM dashboard_stats))") ==
        "1 2 1");
  query(url, "DROP OWNED BY janitor; DROP ROLE janitor");
}
