// A text among the texts of a large store: with the index of edo serve, without it, and in SQL by
// hand.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "storage/store.hpp"
#include "support/files.hpp"
#include "tools/server/engine/engine.hpp"

namespace edo::bench {
namespace {

using nlohmann::json;
using State = search::IndexStatus::State;
using std::chrono::steady_clock;

struct Options {
  std::string store;  // is kept; empty: a temporary one
  std::int64_t invocations = 100'000;
  std::int64_t lines = 20;  // of each
  int rounds = 5;
  bool scan = false;
};

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

// Texts as services write them: a sentence with numbers, and now and then an id or a document.
void fill(const Options& options) {
  auto database = storage::open_store(options.store, {storage::Access::create}, "bench");
  database.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  std::vector<std::pair<std::string, std::string>> triggers;
  {
    SQLite::Statement query(database.handle(),
                            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
    while (query.executeStep()) {
      triggers.emplace_back(query.getColumn(0).getString(), query.getColumn(1).getString());
    }
  }
  database.execute("BEGIN");
  for (const auto& [name, sql] : triggers) database.execute("DROP TRIGGER " + name);
  const auto numbers = [](std::int64_t count) {
    return fmt::format(
        " FROM (WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE"
        " i < {} - 1) SELECT i FROM n)",
        count);
  };
  // A day for each hundred thousand.
  const std::string time =
      "strftime('%Y-%m-%dT%H:%M:%f000Z', 1790000000 + {} * 0.864, 'unixepoch')";
  database.execute(
      "INSERT INTO invocations (id, created_at, updated_at, source_function, source_table,"
      " source_operation, source_system, source_event_payload, source_user_email, status,"
      " error_message) SELECT printf('0190%04x-%04x-7000-8000-%012x', i >> 16, i & 65535, i), " +
      fmt::format(fmt::runtime(time), "i") + ", " + fmt::format(fmt::runtime(time), "i") +
      ", 'event-detector-' || (i % 8), 'public.orders', 'UPDATE', 'hasura',"
      " json_object('event', json_object('op', 'UPDATE', 'data', json_object('old', "
      "json_object('id',"
      " i, 'status', 'placed', 'customer', abs(random() % 100000), 'notes', 'leave it with the"
      " neighbour'), 'new', json_object('id', i, 'status', 'paid', 'customer', abs(random() %"
      " 100000), 'token', lower(hex(randomblob(16))), 'notes', 'leave it with the neighbour'))),"
      " 'created_at', " +
      fmt::format(fmt::runtime(time), "i") +
      "),"
      " 'user' || abs(random() % 20000) || '@example.com',"
      " CASE WHEN i % 20 = 0 THEN 'failed' ELSE 'completed' END,"
      " CASE WHEN i % 20 = 0 THEN 'card ' || abs(random() % 10000) || ' was declined by the bank' "
      "END" +
      numbers(options.invocations));
  database.execute(
      "INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level,"
      " message, data) SELECT printf('0190%04x-%04x-7000-8001-%012x', (i / " +
      std::to_string(options.lines) + ") >> 16, (i / " + std::to_string(options.lines) +
      ") & 65535, i), '', '', " +
      fmt::format(fmt::runtime(time), "(i / " + std::to_string(options.lines) + ")") +
      ", 1, 'info', CASE i % 5 WHEN 0 THEN 'charging order ' || (i / 20) || ' of customer ' ||"
      " abs(random() % 100000) WHEN 1 THEN 'request ' || lower(hex(randomblob(8))) || ' took ' ||"
      " abs(random() % 900) || ' ms' WHEN 2 THEN 'the warehouse has ' || abs(random() % 500) ||"
      " ' pieces of SKU-' || abs(random() % 10000) WHEN 3 THEN 'sent confirmation to user' ||"
      " abs(random() % 20000) || '@example.com' ELSE 'attempt 1 of 3 succeeded, status 200' END ||"
      " CASE WHEN i % 1000003 = 77 THEN ' Chargeback Zürich' ELSE '' END,"
      " CASE WHEN i % 4 = 0 THEN json_object('attempt', i % 3, 'took_ms', abs(random() % 1000)) "
      "END" +
      numbers(options.invocations * options.lines));
  for (const auto& [name, sql] : triggers) database.execute(sql);
  database.execute("COMMIT");
  database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::int64_t text_bytes(storage::Database& database) {
  return database
             .integer(
                 "SELECT sum(octet_length(source_event_payload) + octet_length(source_function)"
                 " + octet_length(source_table) + octet_length(source_user_email) +"
                 " coalesce(octet_length(error_message), 0)) FROM invocations")
             .value_or(0) +
         database
             .integer(
                 "SELECT sum(octet_length(message) + coalesce(octet_length(data), 0))"
                 " FROM job_logs")
             .value_or(0);
}

struct Question {
  std::string name;
  std::string query;
  json variables;
  std::string sql;
};

std::vector<Question> questions(const Options& options) {
  const std::string logs =
      "query ($text: String!) { job_logs(where: {_or: [{message: {_ilike: $text}}, {data: {_cast:"
      " {String: {_ilike: $text}}}}, {source: {_ilike: $text}}]}, order_by: [{created_at: desc},"
      " {id: desc}], limit: 50) { id created_at level message } }";
  const std::string invocations =
      "query ($text: String!) { invocations(where: {_or: [{source_event_payload: {_cast: {String:"
      " {_ilike: $text}}}}, {context_data: {_cast: {String: {_ilike: $text}}}}]}, order_by:"
      " [{created_at: desc}, {id: desc}], limit: 50) { id created_at status } }";
  const std::string row =
      "query ($row: jsonb!) { invocations(where: {source_event_payload: {_contains: $row}},"
      " order_by: [{created_at: desc}], limit: 50) { id } }";
  const auto like = [](const std::string& text) -> json { return {{"text", "%" + text + "%"}}; };
  const auto order = options.invocations / 7;
  const auto in_logs = [](const std::string& text) {
    return "SELECT id, created_at, level, message FROM job_logs WHERE message LIKE '%" + text +
           "%' OR data LIKE '%" + text + "%' OR source LIKE '%" + text +
           "%' ORDER BY created_at DESC, id DESC LIMIT 50";
  };
  const auto in_payloads = [](const std::string& text) {
    return "SELECT id, created_at, status FROM invocations WHERE source_event_payload LIKE '%" +
           text + "%' OR context_data LIKE '%" + text + "%' ORDER BY created_at DESC LIMIT 50";
  };
  const std::string number = std::to_string(order);
  return {
      {"a rare text in logs", logs, like("chargeback ZÜRICH"), in_logs("Chargeback Z")},
      {"an order in logs", logs, like("order " + number), in_logs("order " + number)},
      {"a number in logs", logs, like(number), in_logs(number)},
      {"no such text in logs", logs, like("no such text"), in_logs("no such text")},
      {"a frequent text in logs", logs, like("charging"), in_logs("charging")},
      {"a row in payloads",
       row,
       {{"row", {{"event", {{"data", {{"new", {{"id", order}}}}}}}}}},
       in_payloads("\"id\":" + number + ",")},
      {"no such text in payloads", invocations, like("no such text"), in_payloads("no such text")},
      {"a frequent text in payloads", invocations, like("neighbour"), in_payloads("neighbour")},
  };
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Of the median, and how much of it the processor took.
std::string times(int rounds, const std::function<void()>& what) {
  std::vector<std::pair<double, double>> times;
  for (int i = 0; i < rounds; ++i) {
    const auto start = steady_clock::now();
    const double processor = processor_seconds();
    what();
    times.emplace_back(1e3 * seconds_since(start), 1e3 * (processor_seconds() - processor));
  }
  std::sort(times.begin(), times.end());
  const auto& [ms, processor_ms] = times[times.size() / 2];
  return fmt::format("{:>9.1f} ({:>8.1f}) ms", ms, processor_ms);
}

void run(Options options) {
  const testing::TemporaryDirectory folder;
  if (options.store.empty()) options.store = folder / "telemetry.db";
  struct stat found {};
  if (stat(options.store.c_str(), &found) != 0) {
    const auto start = steady_clock::now();
    fill(options);
    fmt::print("filled in {:.0f} s\n", seconds_since(start));
  }
  auto database = storage::open_store(options.store, {});
  engine::EngineOptions settings;
  settings.store = options.store;
  settings.limits.time = std::chrono::minutes(60);
  const auto plain = engine::open_engine(settings);
  settings.text_index.emplace();
  const auto start = steady_clock::now();
  const double processor = processor_seconds();
  const auto indexed = engine::open_engine(settings);
  while (indexed->text_index()->state != State::ready) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const auto index = *indexed->text_index();
  const double took = seconds_since(start);
  const double processor_took = processor_seconds() - processor;
  const auto texts = static_cast<double>(text_bytes(database));
  fmt::print(
      "texts {:.0f} MB, index {:.0f} MB ({:.1f} %), {} blocks, ready after {:.1f} s, processor "
      "{:.1f} s\n",
      texts / 1e6, static_cast<double>(index.bytes) / 1e6,
      1e2 * static_cast<double>(index.bytes) / texts, index.blocks, took, processor_took);
  for (const auto& question : questions(options)) {
    const auto ask = [&](engine::Engine& engine) {
      language::Request request;
      request.query = question.query;
      request.variables = question.variables;
      backend::Memory memory(engine::kDefaultMemory);
      backend::Room room(memory);
      return engine.execute(request, {}, room);
    };
    const auto used = indexed->text_index()->searches;
    std::string answer;
    const std::string ours = times(options.rounds, [&] { answer = ask(*indexed); });
    const bool narrowed = indexed->text_index()->searches > used;
    fmt::print("{:<30} {} {:<9}", question.name, ours, narrowed ? "by index" : "reads all");
    if (options.scan) {
      const std::string scan = times(1, [&] {
        if (ask(*plain) != answer) throw std::runtime_error("the answers differ");
      });
      const std::string hand = times(1, [&] {
        SQLite::Statement query(database.handle(), question.sql);
        while (query.executeStep()) continue;
      });
      fmt::print(", without index {}, by hand {}", scan, hand);
    }
    fmt::print(", {} bytes\n", answer.size());
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace edo::bench

int main(int argc, char** argv) {
  CLI::App app("Search texts with and without an index\n\n  search_bench --invocations 1000000");
  edo::bench::Options options;
  app.add_option("--store", options.store, "a file to fill and keep, or one that is filled");
  app.add_option("--invocations", options.invocations, "how many")->capture_default_str();
  app.add_option("--lines", options.lines, "log lines of each")->capture_default_str();
  app.add_option("--rounds", options.rounds, "how often each is asked")->capture_default_str();
  app.add_flag("--scan", options.scan, "compare with reading all rows");
  CLI11_PARSE(app, argc, argv);
  try {
    edo::bench::run(options);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "search_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
