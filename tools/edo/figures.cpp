#include "tools/edo/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "replicator/status/store.hpp"
#include "storage/side_files.hpp"
#include "storage/snapshot.hpp"
#include "storage/space.hpp"
#include "storage/store.hpp"
#include "tables/outbox.hpp"

namespace edo::cli {
namespace {

// Both are read from an index alone unless a function is given.
constexpr const char* kInvocations =
    "FROM invocations i WHERE i.created_at >= :since"
    " AND (:function = '' OR i.source_function = :function)";
constexpr const char* kJobs =
    "FROM job_executions j WHERE j.created_at >= :since AND (:function = '' OR EXISTS"
    " (SELECT 1 FROM invocations i WHERE i.id = j.invocation_id AND i.source_function = "
    ":function))";

// The first line of each error. The condition of the last two is that of the index
// invocations_failed.
constexpr const char* kFailures =
    "WITH failures (what, name, message, at) AS ("
    " SELECT 'job', j.job_name, j.error_message, j.created_at"
    " FROM job_executions j WHERE j.created_at >= :since AND j.status IN ('failed', 'crashed')"
    "  AND (:function = '' OR EXISTS (SELECT 1 FROM invocations i WHERE i.id = j.invocation_id"
    "       AND i.source_function = :function))"
    " UNION ALL"
    " SELECT 'event', e.event_name, coalesce(e.detection_error, e.handler_error), e.created_at"
    " FROM invocations i CROSS JOIN event_executions e ON e.invocation_id = i.id"
    " WHERE (i.status = 'failed' OR i.status = 'timeout' OR i.status = 'crashed')"
    "  AND i.created_at >= :since AND (:function = '' OR i.source_function = :function)"
    " UNION ALL"
    " SELECT 'invocation', i.source_function, i.error_message, i.created_at FROM invocations i"
    " WHERE (i.status = 'failed' OR i.status = 'timeout' OR i.status = 'crashed')"
    "  AND i.created_at >= :since AND (:function = '' OR i.source_function = :function))"
    "SELECT what, name, substr(message, 1, min(500, instr(message || char(10), char(10)) - 1)) AS "
    "m,"
    " count(*) AS n, max(at) AS last FROM failures WHERE message IS NOT NULL"
    " GROUP BY what, name, m ORDER BY n DESC, last DESC LIMIT :limit";

void bind(SQLite::Statement& query, const FiguresOptions& options) {
  query.bind(":since", base::format_timestamp(options.since));
  query.bind(":function", options.function);
}

std::vector<Group> groups(storage::Database& database, const FiguresOptions& options,
                          std::string_view name, std::string_view status, std::string_view duration,
                          std::string_view from, bool by_name) {
  SQLite::Statement query(
      database.handle(),
      fmt::format(
          "SELECT {0}, count(*) AS n, count(*) FILTER (WHERE {1} = 'completed'),"
          " count(*) FILTER (WHERE {1} = 'running'), round(percentile_cont({2}, 0.5), 2),"
          " round(percentile_cont({2}, 0.95), 2), round(percentile_cont({2}, 0.99), 2) {3} {4}",
          name, status, duration, from, by_name ? "GROUP BY 1 ORDER BY n DESC, 1" : ""));
  bind(query, options);
  std::vector<Group> result;
  const auto number = [&](int column) {
    return query.isColumnNull(column) ? std::nullopt
                                      : std::optional(query.getColumn(column).getDouble());
  };
  while (query.executeStep()) {
    result.push_back({query.getColumn(0).getString(), query.getColumn(1).getInt64(),
                      query.getColumn(2).getInt64(), query.getColumn(3).getInt64(), number(4),
                      number(5), number(6)});
  }
  return result;
}

std::vector<Failure> failures(storage::Database& database, const FiguresOptions& options) {
  SQLite::Statement query(database.handle(), kFailures);
  bind(query, options);
  query.bind(":limit", static_cast<std::int64_t>(options.failures));
  std::vector<Failure> result;
  while (query.executeStep()) {
    result.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                      query.getColumn(2).getString(), query.getColumn(3).getInt64(),
                      query.getColumn(4).getString()});
  }
  return result;
}

Figures read_at_once(storage::Database& database, const FiguresOptions& options) {
  const storage::Snapshot snapshot(database);
  Figures figures;
  figures.all =
      groups(database, options, "'all'", "i.status", "i.total_duration_ms", kInvocations, false)
          .at(0);
  figures.functions = groups(database, options, "i.source_function", "i.status",
                             "i.total_duration_ms", kInvocations, true);
  figures.jobs = groups(database, options, "j.job_name", "j.status", "j.duration_ms", kJobs, true);
  figures.failures = failures(database, options);
  figures.store_bytes = status::file_size(database.path());
  figures.used_bytes = static_cast<std::int64_t>(storage::used_bytes(database));
  figures.wal_bytes = status::file_size(storage::side_file(database.path(), "-wal"));
  tables::Outbox outbox(database);
  figures.watermark = outbox.watermark();
  figures.pending = outbox.pending_lines();
  if (const auto oldest = outbox.oldest_change()) {
    figures.oldest = std::max<base::Micros>(0, base::Clock::system().now() - *oldest);
  }
  return figures;
}

}  // namespace

std::optional<double> Group::success_rate() const {
  if (total == running) return std::nullopt;
  return std::round(static_cast<double>(completed) * 10000.0 /
                    static_cast<double>(total - running)) /
         100;
}

Figures read_figures(storage::Database& database, const FiguresOptions& options) {
  try {
    return read_at_once(database, options);
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

}  // namespace edo::cli
