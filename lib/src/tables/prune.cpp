#include "tables/prune.hpp"

#include "edo/error.hpp"

namespace edo::tables {
namespace {

std::uint64_t run(storage::Database& database, const char* sql) {
  SQLite::Statement statement(database.handle(), sql);
  return static_cast<std::uint64_t>(statement.exec());
}

// The outbox has no index on rows, which every recorded call would pay for. So the rows of a whole
// handful of candidates are looked for in one pass over it.
constexpr const char* kKeepUnshipped =
    "DELETE FROM temp.doomed WHERE id IN ("
    "  SELECT d.id FROM temp.doomed d JOIN temp.pending p ON p.row = d.id"
    "  UNION SELECT e.invocation_id FROM temp.pending p JOIN event_executions e ON e.id = p.row"
    "  UNION SELECT j.invocation_id FROM temp.pending p JOIN job_executions j ON j.id = p.row"
    "  UNION SELECT l.invocation_id FROM temp.pending p JOIN job_logs l ON l.id = p.row)";
constexpr const char* kFindPending =
    "INSERT INTO temp.pending SELECT DISTINCT row FROM outbox WHERE entity <> 'watermark' AND row "
    "IN"
    " (SELECT id FROM temp.doomed"
    "  UNION ALL SELECT e.id FROM temp.doomed d JOIN event_executions e ON e.invocation_id = d.id"
    "  UNION ALL SELECT j.id FROM temp.doomed d JOIN job_executions j ON j.invocation_id = d.id"
    "  UNION ALL SELECT l.id FROM temp.doomed d JOIN job_executions j ON j.invocation_id = d.id"
    "            JOIN job_logs l ON l.job_execution_id = j.id)";

constexpr const char* kKeepNewer =
    "DELETE FROM temp.doomed WHERE id NOT IN (SELECT d.id FROM temp.doomed d JOIN invocations i"
    " ON i.id = d.id ORDER BY i.created_at, i.id LIMIT ?)";

}  // namespace

Pruned prune(storage::Database& database, const PruneRequest& request) {
  Pruned pruned;
  try {
    database.execute("CREATE TEMP TABLE IF NOT EXISTS doomed (id TEXT PRIMARY KEY) WITHOUT ROWID");
    database.execute(
        "CREATE TEMP TABLE IF NOT EXISTS pending (row TEXT PRIMARY KEY) WITHOUT ROWID");
    storage::WriteTransaction transaction(database);
    database.execute("DELETE FROM temp.doomed");
    database.execute("DELETE FROM temp.pending");
    SQLite::Statement candidates(
        database.handle(),
        "INSERT INTO temp.doomed SELECT id FROM invocations WHERE created_at < max(?1, ?2)"
        " AND (status = 'completed' AND created_at < ?1"
        "      OR status IN ('failed', 'timeout', 'crashed') AND created_at < ?2)"
        " AND (created_at, id) > (?3, ?4) ORDER BY created_at, id LIMIT ?5");
    candidates.bind(1, request.older_than);
    candidates.bind(2, request.failures_older_than);
    candidates.bind(3, request.after_time);
    candidates.bind(4, request.after_id);
    candidates.bind(5, static_cast<std::int64_t>(request.at_most));
    candidates.exec();
    SQLite::Statement last(database.handle(),
                           "SELECT i.created_at, i.id FROM temp.doomed d JOIN invocations i"
                           " ON i.id = d.id ORDER BY i.created_at DESC, i.id DESC LIMIT 1");
    if (last.executeStep()) {
      pruned.last_time = last.getColumn(0).getString();
      pruned.last_id = last.getColumn(1).getString();
    }
    last.reset();
    if (!request.unshipped_too) {
      run(database, kFindPending);
      pruned.unshipped = run(database, kKeepUnshipped);
    }
    if (request.delete_at_most < request.at_most) {
      SQLite::Statement keep_newer(database.handle(), kKeepNewer);
      keep_newer.bind(1, static_cast<std::int64_t>(request.delete_at_most));
      keep_newer.exec();
    }
    pruned.rows +=
        run(database,
            "DELETE FROM job_logs WHERE job_execution_id IN (SELECT j.id FROM temp.doomed"
            " d JOIN job_executions j ON j.invocation_id = d.id)");
    pruned.rows += run(
        database, "DELETE FROM job_executions WHERE invocation_id IN (SELECT id FROM temp.doomed)");
    pruned.rows +=
        run(database,
            "DELETE FROM event_executions WHERE invocation_id IN (SELECT id FROM temp.doomed)");
    pruned.invocations =
        run(database, "DELETE FROM invocations WHERE id IN (SELECT id FROM temp.doomed)");
    pruned.rows += pruned.invocations;
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    throw database.error("prune", failure);
  }
  return pruned;
}

}  // namespace edo::tables
