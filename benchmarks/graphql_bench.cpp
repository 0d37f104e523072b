// What the GraphQL server adds to the SQL that it sends: the queries of the documentation and of
// the dashboard's overview, beside the same questions in SQL by hand.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "benchmarks/central_database.hpp"
#include "benchmarks/graphql_rows.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "tools/server/engine/engine.hpp"

namespace edo::bench {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

struct Question {
  std::string name;
  std::string query;
  json variables;   // of one operation, or a list for as many
  std::string sql;  // the same by hand
};

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::vector<Question> questions(const Telemetry& telemetry) {
  const auto ago = [&](int hours) {
    return base::format_timestamp((telemetry.now - hours * 3600) * 1'000'000);
  };
  const auto since = [&](int hours) -> json {
    return {{"range", {{"created_at", {{"_gte", ago(hours)}, {"_lt", ago(0)}}}}}};
  };
  // The dashboard's charts cut a range into pieces.
  const auto pieces = [&](int hours, int count) {
    json list = json::array();
    for (int i = 0; i < count; ++i) {
      const auto at = [&](int piece) {
        return base::format_timestamp(
            (telemetry.now - std::int64_t{hours} * 3600 * (count - piece) / count) * 1'000'000);
      };
      list.push_back({{"range", {{"created_at", {{"_gte", at(i)}, {"_lt", at(i + 1)}}}}}});
    }
    return list;
  };
  const auto where = [&](int hours) {
    return " WHERE created_at >= " + quoted(ago(hours)) + " AND created_at < " + quoted(ago(0));
  };
  const std::string totals =
      "query ($range: invocations_bool_exp!) { invocations_aggregate(where: $range) {"
      " group_by(keys: [{column: status}]) { group_key { status }"
      " aggregate { count } } } }";
  const std::string durations =
      "query ($range: invocations_bool_exp!) { invocations_aggregate(where: $range) {"
      " group_by(keys: [{column: total_duration_ms}]) { group_key { total_duration_ms }"
      " aggregate { count } } } }";
  const std::string jobs =
      "query ($range: job_executions_bool_exp!) { job_executions_aggregate(where: $range) {"
      " group_by(keys: [{column: job_name}, {column: status}]) { group_key { job_name status }"
      " aggregate { count sum { duration_ms } max { duration_ms } } } } }";
  const std::string by_status = "SELECT status, count(*) FROM invocations";
  const std::string by_duration = "SELECT total_duration_ms, count(*) FROM invocations";
  const std::string by_job =
      "SELECT job_name, status, count(*), sum(duration_ms), max(duration_ms) FROM job_executions";
  const std::string last_id =
      fmt::format("00000000-0000-7000-8002-{:012x}", telemetry.invocations - 1);
  json failed = since(24);
  failed["range"]["status"] = {{"_in", {"failed", "timeout", "crashed"}}};
  return {
      {"recent invocations, with their trees",
       "{ invocations(limit: 10, order_by: {created_at: desc}) { id source_function created_at"
       " total_duration_ms events_detected_count success_rate event_executions { event_name"
       " detected job_executions { job_name status duration_ms } } } }",
       json::object(),
       "SELECT i.id, i.source_function, e.event_name, j.job_name, j.status, j.duration_ms FROM"
       " (SELECT * FROM invocations ORDER BY created_at DESC LIMIT 10) i"
       " JOIN event_executions e ON e.invocation_id = i.id"
       " JOIN job_executions j ON j.event_execution_id = e.id"},
      {"performance by hour, 7 days",
       "query ($from: timestamptz!) { dashboard_stats(where: {hour_bucket: {_gte: $from}},"
       " order_by: {hour_bucket: asc}) { hour_bucket source_function total_invocations"
       " avg_duration_ms successful_invocations failed_invocations } }",
       {{"from", ago(7 * 24)}},
       "SELECT hour_bucket, source_function, total_invocations, avg_duration_ms,"
       " successful_invocations, failed_invocations FROM dashboard_stats WHERE hour_bucket >= " +
           quoted(ago(7 * 24)) + " ORDER BY hour_bucket"},
      {"durations by hour, all",
       "query ($from: timestamptz!) { dashboard_stats(where: {hour_bucket: {_gte: $from}},"
       " order_by: {hour_bucket: asc}) { hour_bucket total_invocations avg_duration_ms"
       " p95_duration_ms max_duration_ms } }",
       {{"from", ago(31 * 24)}},
       "SELECT hour_bucket, total_invocations, avg_duration_ms, p95_duration_ms, max_duration_ms"
       " FROM dashboard_stats WHERE hour_bucket >= " +
           quoted(ago(31 * 24)) + " ORDER BY hour_bucket"},
      {"one job with its logs",
       "query ($id: uuid!) { job_executions_by_pk(id: $id) { job_name status duration_ms result"
       " error_message logs { level message created_at } } }",
       {{"id", last_id}},
       "SELECT job_name, status, duration_ms, result FROM job_executions WHERE id = " +
           quoted(last_id)},
      {"totals, 1 day", totals, since(24), by_status + where(24) + " GROUP BY status"},
      {"totals, 7 days", totals, since(7 * 24), by_status + where(7 * 24) + " GROUP BY status"},
      {"totals, all", totals, since(31 * 24), by_status + where(31 * 24) + " GROUP BY status"},
      {"totals of 60 pieces, all", totals, pieces(31 * 24, 60),
       by_status + where(31 * 24) + " GROUP BY status"},
      {"durations, 1 day", durations, since(24), by_duration + where(24) + " GROUP BY 1"},
      {"durations, 7 days", durations, since(7 * 24), by_duration + where(7 * 24) + " GROUP BY 1"},
      {"durations, all", durations, since(31 * 24), by_duration + where(31 * 24) + " GROUP BY 1"},
      {"jobs, 1 day", jobs, since(24), by_job + where(24) + " GROUP BY 1, 2"},
      {"jobs, 7 days", jobs, since(7 * 24), by_job + where(7 * 24) + " GROUP BY 1, 2"},
      {"jobs, all", jobs, since(31 * 24), by_job + where(31 * 24) + " GROUP BY 1, 2"},
      {"running",
       "{ invocations_aggregate(where: {status: {_eq: \"running\"}}) { aggregate { count } }"
       " invocations(where: {status: {_eq: \"running\"}}, order_by: [{created_at: desc},"
       " {id: desc}], limit: 6) { id source_function created_at } }",
       json::object(),
       "SELECT id, source_function, created_at FROM invocations WHERE status = 'running'"
       " ORDER BY created_at DESC, id DESC LIMIT 6"},
      {"failures, 1 day",
       "query ($range: invocations_bool_exp!) { invocations(where: $range, order_by:"
       " [{created_at: desc}, {id: desc}], limit: 6) { id source_function created_at status"
       " error_message job_executions(where: {status: {_in: [\"failed\", \"crashed\"]}}, order_by:"
       " {created_at: asc}, limit: 1) { job_name error_message } } }",
       failed,
       "SELECT id, source_function, created_at, status, error_message FROM invocations" +
           where(24) +
           " AND status IN ('failed', 'timeout', 'crashed') ORDER BY created_at DESC, id DESC"
           " LIMIT 6"},
  };
}

struct Times {
  double median_ms = 0;
  double processor_ms = 0;  // of this process
};

Times timed(int rounds, const std::function<void()>& what) {
  std::vector<double> times;
  what();  // warm
  const std::clock_t begun = std::clock();
  for (int i = 0; i < rounds; ++i) {
    const auto start = steady_clock::now();
    what();
    times.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - start).count());
  }
  const double processor = 1e3 * static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], processor / rounds};
}

struct Options {
  std::int64_t invocations = 1'000'000;
  int rounds = 5;
  bool as_json = false;
  std::string only;
};

void compare(const std::string& where, const Options& options, const Telemetry& telemetry,
             engine::Engine& engine, const std::function<void(const std::string&)>& by_hand) {
  backend::Memory memory(engine::kDefaultMemory);
  for (const auto& question : questions(telemetry)) {
    const auto ask = [&](const json& variables) {
      language::Request request;
      request.query = question.query;
      request.variables = variables;
      backend::Room room(memory);
      (void)engine.execute(request, {}, room);
    };
    const Times ours = timed(options.rounds, [&] {
      if (!question.variables.is_array()) return ask(question.variables);
      for (const auto& variables : question.variables) ask(variables);
    });
    const Times hand = timed(options.rounds, [&] { by_hand(question.sql); });
    if (options.as_json) {
      fmt::print("{}\n", json({{"on", where},
                               {"question", question.name},
                               {"ms", ours.median_ms},
                               {"processor_ms", ours.processor_ms},
                               {"by_hand_ms", hand.median_ms},
                               {"by_hand_processor_ms", hand.processor_ms}})
                             .dump());
    } else {
      fmt::print(
          "{:<11} {:<38} {:>9.2f} ms {:>9.2f} ms by hand    processor {:>8.2f} {:>8.2f} ms\n",
          where, question.name, ours.median_ms, hand.median_ms, ours.processor_ms,
          hand.processor_ms);
    }
    std::fflush(stdout);
  }
}

void on_file(const Options& options, const Telemetry& telemetry) {
  const testing::TemporaryDirectory folder;
  const std::string store = folder / "telemetry.db";
  fill_store(store, telemetry);
  engine::EngineOptions settings;
  settings.store = store;
  const auto engine = engine::open_engine(settings);
  auto database = storage::open_store(store, {});
  database.execute("PRAGMA cache_size = -32768");
  compare("SQLite", options, telemetry, *engine, [&](const std::string& sql) {
    SQLite::Statement query(database.handle(), sql);
    while (query.executeStep()) {
    }
  });
}

void on_postgres(const Options& options, const Telemetry& telemetry) {
  const bench::CentralDatabase central;
  const std::string schema(postgres::kDefaultSchema);
  fill_central_database(central.url(), schema, telemetry);
  engine::EngineOptions settings;
  settings.postgres = central.url();
  const auto engine = engine::open_engine(settings);
  postgres::Connection connection{central.target()};
  connection.script("prepare",
                    "SET search_path = " + connection.quoted_name(schema) + "; SET jit = off");
  compare("PostgreSQL", options, telemetry, *engine,
          [&](const std::string& sql) { (void)connection.run("ask", sql); });
}

}  // namespace
}  // namespace edo::bench

int main(int argc, char** argv) {
  CLI::App app("GraphQL beside SQL by hand\n\n  graphql_bench --invocations 100000");
  edo::bench::Options options;
  app.add_option("--invocations", options.invocations, "how many there are")->capture_default_str();
  app.add_option("--rounds", options.rounds, "how often each is asked")->capture_default_str();
  app.add_option("--only", options.only, "sqlite or postgres");
  app.add_flag("--json", options.as_json, "one JSON object a line");
  CLI11_PARSE(app, argc, argv);
  try {
    const edo::bench::Telemetry telemetry{options.invocations,
                                          static_cast<std::int64_t>(std::time(nullptr))};
    if (options.only != "postgres") edo::bench::on_file(options, telemetry);
    if (options.only != "sqlite") edo::bench::on_postgres(options, telemetry);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "graphql_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
