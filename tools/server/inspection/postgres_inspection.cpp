#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <chrono>
#include <mutex>
#include <optional>

#include "edo/error.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/status/central_database.hpp"
#include "tools/server/inspection/inspection.hpp"

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
               {"pending_changes", nullptr},
               {"dead_letters", store.dead_letters.count},
               {"newest_dead_letter", text_or_null(store.dead_letters.newest)},
               {"inbox_pending", store.inbox.pending},
               {"inbox_failed", store.inbox.failed}};
  if (!store.heard) return json;
  json["host_label"] = store.heard->host_label;
  json["last_seen_at"] = store.heard->last_seen_at;
  json["silent_seconds"] = static_cast<double>(store.heard->silence) / 1e6;
  if (store.heard->pending_changes) json["pending_changes"] = *store.heard->pending_changes;
  return json;
}

// Numbers that JSON parsers represent exactly, and texts for everything else.
Json value_json(const postgres::Result& result, int row, int column) {
  if (result.is_null(row, column)) return nullptr;
  const std::string_view text = result.value(row, column);
  enum : Oid { kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700, kFloat8 = 701 };
  switch (PQftype(result.get(), column)) {
    case kBool:
      return text == "t";
    case kInt8:
    case kInt2:
    case kInt4:
      return result.integer(row, column);
    case kFloat4:
    case kFloat8: {
      double number = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
      // Infinity and NaN remain texts.
      if (failure == std::errc{} && end == text.data() + text.size()) return number;
      return text;
    }
    default:
      return text;
  }
}

class PostgresInspection final : public Inspection {
 public:
  PostgresInspection(const std::string& url, std::string schema)
      : target_(url), schema_(std::move(schema)), watching_(watching_connection(target_)) {}

  Json info() override {
    Connection connection(target_);
    connection.limit_waiting();
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

  // A cursor can only be declared for a query, and the transaction is read-only.
  Json run_sql(const std::string& sql, const SqlLimits& limits) override {
    Connection connection(target_);
    connection.set_local("transaction_read_only", "on");
    connection.set_local("search_path", connection.quoted_name(schema_) + ", public");
    connection.limit_waiting(std::chrono::seconds(limits.seconds));
    connection.set_local("idle_in_transaction_session_timeout", "1min");
    const postgres::Transaction transaction(connection);  // never committed
    (void)connection.run("run SQL on", "DECLARE edo NO SCROLL CURSOR FOR " + sql);
    const auto result =
        connection.run("read rows of", fmt::format("FETCH FORWARD {} FROM edo", limits.rows + 1));
    Json columns = Json::array();
    for (int i = 0; i < PQnfields(result.get()); ++i) columns.push_back(PQfname(result.get(), i));
    Json rows = Json::array();
    std::size_t bytes = 0;
    const auto is_full = [&] { return rows.size() >= limits.rows || bytes >= limits.bytes; };
    for (int row = 0; row < result.rows() && !is_full(); ++row) {
      Json values = Json::array();
      for (int i = 0; i < PQnfields(result.get()); ++i) {
        values.push_back(value_json(result, row, i));
        bytes += result.value(row, i).size();
      }
      rows.push_back(std::move(values));
    }
    const bool truncated = rows.size() < static_cast<std::size_t>(result.rows());
    return {{"columns", columns}, {"rows", std::move(rows)}, {"truncated", truncated}};
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
  const postgres::Target target_;
  const std::string schema_;
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
