#include "benchmarks/graphql_rows.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "replicator/postgres/connection.hpp"
#include "storage/store.hpp"

namespace edo::bench {
namespace {

// What differs in the SQL for the two.
struct Words {
  std::string numbers;    // a relation n(i)
  std::string timestamp;  // of {} seconds and a fraction after the invocation's time
  std::string hex;        // of n.i, twelve digits
  std::string id_cast;
  std::string json_cast;
  std::string boolean;
};

std::vector<std::string> inserts(const Words& words) {
  const auto time = [&](const char* fraction) {
    return fmt::format(fmt::runtime(words.timestamp), fraction);
  };
  const auto id = [&](int kind) {
    return fmt::format("('00000000-0000-7000-800{}-' || {}){}", kind, words.hex, words.id_cast);
  };
  const std::string payload =
      "('{\"event\":{\"op\":\"UPDATE\",\"data\":{\"old\":{\"id\":' || i || ',\"notes\":\"" +
      std::string(200, 'n') + "\"},\"new\":{\"id\":' || i || ',\"notes\":\"" +
      std::string(200, 'm') + "\"}}}}')" + words.json_cast;
  return {
      "INSERT INTO invocations (id, created_at, updated_at, completed_at, correlation_id,"
      " source_function, source_table, source_operation, source_system, source_event_payload,"
      " total_duration_ms, events_detected_count, total_jobs_run, total_jobs_succeeded,"
      " total_jobs_failed, status, error_message) SELECT " +
          id(0) + ", " + time("000000") + ", " + time("100000") + ", " + time("100000") +
          ", 'c-' || (i / 3), 'event-detector-' || (i * 7919 % 8), 'orders', 'UPDATE', 'hasura', " +
          payload +
          ", i * 48271 % 2147483647 % 900 + 5, i % 3, 1, CASE WHEN i % 20 = 0 THEN 0 ELSE 1 END,"
          " CASE WHEN i % 20 = 0 THEN 1 ELSE 0 END, CASE WHEN i % 20 = 0 THEN 'failed'"
          " WHEN i >= last - 10 THEN 'running' ELSE 'completed' END,"
          " CASE WHEN i % 20 = 0 THEN 'it broke' END" +
          words.numbers,
      "INSERT INTO event_executions (id, invocation_id, created_at, updated_at, event_name,"
      " detected, jobs_count, jobs_succeeded, status) SELECT " +
          id(1) + ", " + id(0) + ", " + time("010000") + ", " + time("090000") +
          ", 'order.event-' || (i % 12), " + words.boolean + ", 1, 1, 'completed'" + words.numbers,
      "INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at, updated_at,"
      " job_name, duration_ms, status) SELECT " +
          id(2) + ", " + id(0) + ", " + id(1) + ", " + time("020000") + ", " + time("080000") +
          ", 'job-' || (i % 15), i * 69621 % 2147483647 % 400,"
          " CASE WHEN i % 20 = 0 THEN 'failed' ELSE 'completed' END" +
          words.numbers};
}

// Seconds of the invocation's time as SQL.
std::string seconds(const Telemetry& telemetry) {
  constexpr double kSpan = 30 * 24 * 3600;
  return fmt::format("({} + i * {:.6f})", telemetry.now - static_cast<std::int64_t>(kSpan),
                     kSpan / static_cast<double>(telemetry.invocations));
}

}  // namespace

void fill_store(const std::string& path, const Telemetry& telemetry) {
  auto database = storage::open_store(path, {storage::Access::create}, "bench");
  database.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  const Words words{
      fmt::format(" FROM (WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i"
                  " < {0} - 1) SELECT i, {0} AS last FROM n)",
                  telemetry.invocations),
      "strftime('%Y-%m-%dT%H:%M:%S', " + seconds(telemetry) + ", 'unixepoch') || '.{}Z'",
      "printf('%012x', i)",
      "",
      "",
      "1"};
  database.execute("BEGIN");
  // Nothing of it is to be shipped.
  std::vector<std::pair<std::string, std::string>> triggers;
  {
    SQLite::Statement query(database.handle(),
                            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
    while (query.executeStep()) {
      triggers.emplace_back(query.getColumn(0).getString(), query.getColumn(1).getString());
    }
  }
  for (const auto& [name, sql] : triggers) database.execute("DROP TRIGGER " + name);
  for (const auto& sql : inserts(words)) database.execute(sql);
  for (const auto& [name, sql] : triggers) database.execute(sql);
  database.execute("COMMIT");
  database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

void fill_central_database(const std::string& url, const std::string& schema,
                           const Telemetry& telemetry) {
  postgres::Connection connection{postgres::Target(url)};
  connection.script(
      "prepare", "SET search_path = " + connection.quoted_name(schema) + "; SET TimeZone = 'UTC'");
  const Words words{
      fmt::format(" FROM (SELECT i, {0} AS last FROM generate_series(0::bigint, {0} -"
                  " 1) i) n",
                  telemetry.invocations),
      "date_trunc('second', to_timestamp(" + seconds(telemetry) + ")) + interval '{} microseconds'",
      "lpad(to_hex(i), 12, '0')",
      "::uuid",
      "::jsonb",
      "true"};
  for (const auto& sql : inserts(words)) connection.script("fill", sql);
  for (const char* table : {"invocations", "event_executions", "job_executions"}) {
    connection.script("fill", fmt::format("VACUUM ANALYZE {}", table));
  }
  connection.script("fill", "REFRESH MATERIALIZED VIEW dashboard_stats; ANALYZE dashboard_stats");
}

}  // namespace edo::bench
