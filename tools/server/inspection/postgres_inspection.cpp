#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <mutex>
#include <optional>

#include "edo/error.hpp"
#include "query/reading.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/status/central_database.hpp"
#include "tools/server/inspection/alarm.hpp"
#include "tools/server/inspection/inspection.hpp"
#include "tools/server/inspection/sql_places.hpp"

namespace edo::inspection {
namespace {

using postgres::Connection;
using Clock = std::chrono::steady_clock;

// A commit is in the log a moment before other sessions see it, so a log that has just grown does
// not tell what a poll saw.
constexpr std::chrono::seconds kSettled{2};

constexpr const char* kLogPosition =
    "SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() "
    "ELSE pg_current_wal_insert_lsn() END, '0/0')::bigint";

// Of each of its statements, which occupy a worker.
constexpr std::chrono::seconds kInfoTime{10};

// Reading the position is fast; if it is slow, live queries wait.
Connection watching_connection(const postgres::Target& target) {
  Connection connection(target);
  connection.limit_waiting(std::chrono::seconds(1));
  return connection;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json store_json(const status::KnownStore& store) {
  Json json = {{"store_id", store.store_id},
               {"host_label", nullptr},
               {"last_seen_at", nullptr},
               {"silent_seconds", nullptr},
               {"contact_interval_seconds", nullptr},
               {"pending_changes", nullptr},
               {"dead_letters", store.dead_letters.count},
               {"newest_dead_letter", text_or_null(store.dead_letters.newest)},
               {"inbox_pending", store.inbox.pending},
               {"inbox_failed", store.inbox.failed}};
  if (!store.heard) return json;
  json["host_label"] = store.heard->host_label;
  json["last_seen_at"] = store.heard->last_seen_at;
  json["silent_seconds"] = static_cast<double>(store.heard->silence) / 1e6;
  if (store.heard->interval) {
    json["contact_interval_seconds"] = static_cast<double>(*store.heard->interval) / 1e6;
  }
  if (store.heard->pending_changes) json["pending_changes"] = *store.heard->pending_changes;
  return json;
}

// Numbers that JSON parsers represent exactly, and texts for everything else.
Json value_json(const Json& value, Oid type) {
  if (value.is_null()) return nullptr;
  const auto& text = value.get_ref<const std::string&>();
  enum : Oid { kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700, kFloat8 = 701 };
  switch (type) {
    case kBool:
      return text == "true";
    case kInt8:
    case kInt2:
    case kInt4:
      return std::stoll(text);
    case kFloat4:
    case kFloat8: {
      double number = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
      // Infinity and NaN remain texts.
      const bool is_whole = failure == std::errc{} && end == text.data() + text.size();
      if (is_whole && std::isfinite(number)) return number;
      return text;
    }
    default:
      return text;
  }
}

// What the login may set for one statement, against what it needs without intention. Settings can
// be changed within the statement, and no setting bounds all memory.
constexpr std::pair<const char*, const char*> kMemoryLimits[] = {
    {"work_mem", "16MB"}, {"hash_mem_multiplier", "1"}, {"max_parallel_workers_per_gather", "0"}};
constexpr const char* kLimitTemporaryFiles = "SELECT set_config('temp_file_limit', '1GB', true)";
constexpr const char* kOwnBackend =
    "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()";
constexpr std::string_view kCancelled = "57014";
// For the server to report its timeout.
constexpr std::chrono::seconds kGrace{1};

Error too_slow(const SqlLimits& limits, const std::string& outcome) {
  return {ErrorKind::busy,
          fmt::format("run SQL: it took longer than {} seconds; {}", limits.seconds, outcome)};
}

Error still_runs(const SqlLimits& limits, const Backend& backend) {
  return too_slow(limits, fmt::format("PostgreSQL has not ended it yet, and until then its process "
                                      "{} takes the place of another statement",
                                      backend.id));
}

// Only superusers may, and logins with GRANT SET ON PARAMETER.
void limit_temporary_files(Connection& connection) {
  try {
    postgres::Transaction savepoint(connection);
    (void)connection.run("limit the temporary files of", kLimitTemporaryFiles);
    savepoint.commit();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) throw;
  }
}

// It becomes a part of another one.
std::string without_end(std::string sql) {
  sql.erase(sql.find_last_not_of("; \t\r\n") + 1);
  return sql;
}

// Rows as run_sql() of schemas/postgres/roles.sql returns them.
Json rows_json(const postgres::Result& found, const postgres::Result& columns) {
  Json rows = Json::array();
  for (int i = 0; i < found.rows() && !found.is_null(i, 0); ++i) {
    Json row = Json::parse(found.value(i, 0));
    int column = 0;
    for (Json& value : row) value = value_json(value, PQftype(columns.get(), column++));
    rows.push_back(std::move(row));
  }
  return rows;
}

class PostgresInspection final : public Inspection {
 public:
  PostgresInspection(const std::string& url, std::string schema)
      : target_(url), schema_(std::move(schema)), watching_(watching_connection(target_)) {}

  void require_sql() override {
    Connection connection(target_);
    connection.limit_waiting();
    const auto found =
        connection.run("look for the SQL of",
                       "SELECT has_function_privilege(to_regprocedure(format("
                       "'%I.run_sql(text, integer, integer, integer)', $1::text)), 'EXECUTE')",
                       postgres::Parameters().text(schema_));
    if (!found.is_null(0, 0) && found.boolean(0, 0)) return;
    throw Error(ErrorKind::denied, "allow SQL on", target_.label(),
                "the schema " + schema_ +
                    " has no run_sql() that this login may call; run "
                    "edo-replicator migrate --roles, and grant it edo_reader");
  }

  Json info() override {
    Connection connection(target_);
    connection.limit_waiting(kInfoTime);
    const auto size =
        connection.run("read the size of", "SELECT pg_database_size(current_database())");
    Json info = {{"backend", "postgres"},
                 {"postgres_version", connection.server_version()},
                 {"database", target_.label()},
                 {"schema", schema_},
                 {"database_bytes", size.integer(0, 0)},
                 {"replication", nullptr}};
    const auto found =
        connection.run("look for the replication of",
                       "SELECT to_regclass(format('%I.replication_stores', $1::text)) IS NOT NULL",
                       postgres::Parameters().text(schema_));
    if (!found.boolean(0, 0)) return info;
    connection.set_local("search_path", connection.quoted_name(schema_));
    Json stores = Json::array();
    for (const auto& store : status::ask(connection, std::nullopt).stores) {
      stores.push_back(store_json(store));
    }
    info["replication"] = {{"stores", std::move(stores)}};
    return info;
  }

  Json run_sql(const std::string& sql, const SqlLimits& limits,
               const std::stop_token& left) override {
    const auto begin = Clock::now();
    const std::chrono::seconds time(limits.seconds);
    auto place = places_.take();
    const Alarm alarm(left, time + kGrace);
    std::optional connection(
        Connection(target_, {.stop_descriptor = alarm.descriptor(), .stop_grace = {}}));
    Backend backend;
    try {
      return answer_to(without_end(sql), limits, *connection, backend);
    } catch (const postgres::Failure& failure) {
      if (failure.sqlstate() != kCancelled || Clock::now() - begin < time) throw;
      throw too_slow(limits, "PostgreSQL has cancelled it");
    } catch (const Error&) {
      // Closing the connection does not end the statement: a backend looks at its client only
      // between two steps.
      const bool is_given_up = !connection->is_open() && !backend.id.empty();
      connection.reset();
      if (!is_given_up) throw;
      place.keep_until_gone(backend);
      throw still_runs(limits, backend);
    }
  }

  std::optional<std::uint64_t> version() override {
    const std::lock_guard lock(mutex_);
    if (!has_log_) return std::nullopt;
    try {
      if (!watching_.is_open()) watching_ = watching_connection(target_);
      const auto now =
          static_cast<std::uint64_t>(watching_.run("read the log of", kLogPosition).integer(0, 0));
      if (now != position_) grown_at_ = Clock::now();
      position_ = now;
      return Clock::now() - grown_at_ < kSettled ? std::nullopt : std::optional(now);
    } catch (const Error& error) {
      // A database that only speaks PostgreSQL's protocol may have another kind of log.
      if (watching_.is_open() && error.kind() != ErrorKind::busy) has_log_ = false;
      return std::nullopt;
    }
  }

 private:
  // Tells the backend before it runs the statement.
  Json answer_to(const std::string& sql, const SqlLimits& limits, Connection& connection,
                 Backend& backend) {
    connection.set_local("transaction_read_only", "on");
    connection.set_local("search_path", connection.quoted_name(schema_) + ", public");
    for (const auto& [name, value] : kMemoryLimits) connection.set_local_if_known(name, value);
    connection.limit_waiting(std::chrono::seconds(limits.seconds));
    const postgres::Transaction transaction(connection);  // never committed
    limit_temporary_files(connection);
    const auto own = connection.run("look for the backend of", kOwnBackend);
    backend = {own.text(0, 0), own.text(0, 1)};
    const auto columns = connection.describe("run SQL on", sql);
    std::vector<std::string> names;
    for (int i = 0; i < PQnfields(columns.get()); ++i)
      names.emplace_back(PQfname(columns.get(), i));
    if (names.empty())
      throw Error(ErrorKind::refused, "run", "SQL", "it returns no rows; SQL only reads");
    const auto found = connection.run(
        "run SQL on", "SELECT array_to_json(found) FROM run_sql($1, $2, $3, $4) AS found",
        postgres::Parameters()
            .text(sql)
            .integer(static_cast<std::int64_t>(names.size()))
            .integer(static_cast<std::int64_t>(limits.rows))
            .integer(static_cast<std::int64_t>(limits.bytes)));
    const int count = found.rows();
    return {{"columns", query::unique_names(names)},
            {"rows", rows_json(found, columns)},
            {"truncated", count > 0 && found.is_null(count - 1, 0)}};
  }

  const postgres::Target target_;
  const std::string schema_;
  SqlPlaces places_{target_};
  std::mutex mutex_;  // guards everything below
  Connection watching_;
  bool has_log_ = true;
  std::uint64_t position_ = 0;
  Clock::time_point grown_at_ = Clock::now();
};

}  // namespace

std::unique_ptr<Inspection> inspect_postgres(const std::string& url, const std::string& schema) {
  return std::make_unique<PostgresInspection>(url, schema);
}

}  // namespace edo::inspection
