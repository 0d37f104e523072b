#include "tables/prune.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "storage/snapshot.hpp"
#include "tables/healing.hpp"
#include "tables/outbox.hpp"

namespace edo::tables {
namespace {

// The invocations in hand at the moment, with the rows under them that the outbox names; and what
// must stay, since the end of a job that outlives its invocation would find no row.
constexpr const char* kTemporaryTables =
    "CREATE TEMP TABLE IF NOT EXISTS in_hand (id TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS pending (row TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TEMP VIEW IF NOT EXISTS unfinished AS"
    " SELECT invocation_id AS id FROM job_executions INDEXED BY job_executions_running"
    "  WHERE status = 'running'"
    " UNION ALL SELECT invocation_id FROM event_executions INDEXED BY event_executions_running"
    "  WHERE status IN ('detecting', 'handling')";

constexpr const char* kOldEnough =
    " FROM invocations WHERE created_at < max(?1, ?2)"
    " AND (status = 'completed' AND created_at < ?1"
    "      OR status IN ('failed', 'timeout', 'crashed') AND created_at < ?2)"
    " AND id NOT IN (SELECT id FROM temp.unfinished)";

// What is in hand may also be an invocation that is not there, or a job that is not: then it stands
// for what should be under it.
constexpr const char* kOrphans =
    "SELECT id, max(created_at) AS newest FROM ("
    " SELECT invocation_id AS id, created_at FROM event_executions"
    "  WHERE invocation_id NOT IN (SELECT id FROM invocations)"
    " UNION ALL SELECT invocation_id, created_at FROM job_executions"
    "  WHERE invocation_id NOT IN (SELECT id FROM invocations)"
    " UNION ALL SELECT job_execution_id, created_at FROM job_logs"
    "  WHERE job_execution_id NOT IN (SELECT id FROM job_executions))"
    " WHERE id NOT IN (SELECT id FROM temp.unfinished) GROUP BY id"
    " HAVING newest < min(?1, ?2) AND (newest, id) > (?3, ?4) ORDER BY newest, id LIMIT ?5";

// The outbox has no index on rows, which every recorded call would pay for. So the rows of all that
// is in hand are looked for in one pass over it.
constexpr const char* kFindPending =
    "INSERT INTO temp.pending SELECT DISTINCT row FROM outbox"
    " WHERE seq > ? AND entity <> 'watermark' AND row IN"
    " (SELECT id FROM temp.in_hand"
    "  UNION ALL SELECT e.id FROM temp.in_hand d JOIN event_executions e ON e.invocation_id = d.id"
    "  UNION ALL SELECT j.id FROM temp.in_hand d JOIN job_executions j ON j.invocation_id = d.id"
    "  UNION ALL SELECT l.id FROM temp.in_hand d JOIN job_executions j ON j.invocation_id = d.id"
    "            JOIN job_logs l ON l.job_execution_id = j.id"
    "  UNION ALL SELECT l.id FROM temp.in_hand d JOIN job_logs l ON l.job_execution_id = d.id)";
constexpr const char* kKeepPending =
    "DELETE FROM temp.in_hand WHERE id IN ("
    "  SELECT d.id FROM temp.in_hand d JOIN temp.pending p ON p.row = d.id"
    "  UNION SELECT e.invocation_id FROM temp.pending p JOIN event_executions e ON e.id = p.row"
    "  UNION SELECT j.invocation_id FROM temp.pending p JOIN job_executions j ON j.id = p.row"
    "  UNION SELECT l.invocation_id FROM temp.pending p JOIN job_logs l ON l.id = p.row"
    "  UNION SELECT l.job_execution_id FROM temp.pending p JOIN job_logs l ON l.id = p.row)";

// What belongs to the invocations in hand, by table.
constexpr std::array<const char*, kTableCount> kInHand = {
    " FROM invocations WHERE id IN (SELECT id FROM temp.in_hand)",
    " FROM event_executions WHERE invocation_id IN (SELECT id FROM temp.in_hand)",
    " FROM job_executions WHERE invocation_id IN (SELECT id FROM temp.in_hand)",
    " FROM job_logs WHERE job_execution_id IN (SELECT j.id FROM temp.in_hand d"
    " JOIN job_executions j ON j.invocation_id = d.id UNION ALL SELECT id FROM temp.in_hand)",
};

// Were the central database to lose them, nobody could send them again.
constexpr const char* kNotePruned =
    "UPDATE centre SET pruned_until = p.newest FROM"
    " (SELECT max(created_at) AS newest FROM invocations"
    "  WHERE id IN (SELECT id FROM temp.in_hand)) p"
    " WHERE p.newest > coalesce(pruned_until, '')";

std::uint64_t run(storage::Database& database, const char* sql) {
  SQLite::Statement statement(database.handle(), sql);
  return static_cast<std::uint64_t>(statement.exec());
}

void bind_ages(SQLite::Statement& statement, const PruneRequest& request) {
  statement.bind(1, request.older_than);
  statement.bind(2, request.failures_older_than);
}

void take_in_hand(storage::Database& database, std::span<const std::string> ids) {
  database.execute(kTemporaryTables);
  run(database, "DELETE FROM temp.in_hand");
  SQLite::Statement take(database.handle(), "INSERT INTO temp.in_hand VALUES (?)");
  for (const auto& id : ids) {
    take.bindNoCopy(1, id);
    take.exec();
    take.reset();
  }
}

// Takes what has changes after `after` in the outbox out of hand; returns how many that were.
std::uint64_t keep_unshipped(storage::Database& database, std::int64_t after) {
  run(database, "DELETE FROM temp.pending");
  SQLite::Statement find(database.handle(), kFindPending);
  find.bind(1, after);
  return find.exec() == 0 ? 0 : run(database, kKeepPending);
}

// Those of `ids` that are still in hand, in their order.
std::vector<std::string> in_hand(storage::Database& database, std::vector<std::string> ids) {
  SQLite::Statement query(database.handle(), "SELECT 1 FROM temp.in_hand WHERE id = ?");
  std::erase_if(ids, [&](const std::string& id) {
    query.reset();
    query.bindNoCopy(1, id);
    return !query.executeStep();
  });
  return ids;
}

}  // namespace

std::uint64_t Pruning::old_enough(storage::Database& database) const {
  try {
    database.execute(kTemporaryTables);
    SQLite::Statement query(database.handle(), std::string("SELECT count(*)") + kOldEnough);
    bind_ages(query, request_);
    (void)query.executeStep();
    return static_cast<std::uint64_t>(query.getColumn(0).getInt64());
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

std::uint64_t Pruning::find(storage::Database& database, std::uint64_t at_most) {
  return look(database,
              std::string("SELECT id, created_at") + kOldEnough +
                  " AND (created_at, id) > (?3, ?4) ORDER BY created_at, id LIMIT ?5",
              last_invocation_, at_most);
}

std::uint64_t Pruning::find_orphans(storage::Database& database, std::uint64_t at_most) {
  return look(database, kOrphans, last_orphan_, at_most);
}

std::uint64_t Pruning::look(storage::Database& database, const std::string& sql, Place& last,
                            std::uint64_t at_most) {
  try {
    const storage::Snapshot snapshot(database);
    database.execute(kTemporaryTables);
    looked_until_ = Outbox(database).newest();
    SQLite::Statement candidates(database.handle(), sql);
    bind_ages(candidates, request_);
    candidates.bind(3, last.time);
    candidates.bind(4, last.id);
    candidates.bind(5, static_cast<std::int64_t>(at_most));
    std::vector<std::string> ids;
    while (candidates.executeStep()) {
      last.id = ids.emplace_back(candidates.getColumn(0).getString());
      last.time = candidates.getColumn(1).getString();
    }
    candidates.reset();
    const std::uint64_t looked_at = ids.size();
    if (looked_at > 0 && !request_.unshipped_too) {
      take_in_hand(database, ids);
      // What the central database has lost is not all in the outbox before healing has come to its
      // end.
      if (CentralRecord(database).is_healing()) {
        ids.clear();
      } else if (keep_unshipped(database, 0) > 0) {
        ids = in_hand(database, std::move(ids));
      }
    }
    unshipped_ += looked_at - ids.size();
    found_ = std::move(ids);
    removed_ = 0;
    return looked_at;
  } catch (const SQLite::Exception& failure) {
    throw database.error("prune", failure);
  }
}

Pruning::Rows Pruning::count(storage::Database& database) const {
  try {
    const storage::Snapshot snapshot(database);
    take_in_hand(database, std::span(found_).subspan(removed_));
    Rows rows{};
    for (std::size_t table = 0; table < kTableCount; ++table) {
      const auto count = database.integer(std::string("SELECT count(*)") + kInHand[table]);
      rows[table] = static_cast<std::uint64_t>(count.value_or(0));
    }
    return rows;
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

Pruning::Rows Pruning::remove(storage::Database& database, std::uint64_t at_most) {
  try {
    storage::WriteTransaction transaction(database);
    const auto taken = static_cast<std::size_t>(std::min(at_most, found()));
    take_in_hand(database, std::span(found_).subspan(removed_, taken));
    std::uint64_t kept = 0;
    if (!request_.unshipped_too) {
      if (CentralRecord(database).is_healing()) {
        kept = run(database, "DELETE FROM temp.in_hand");
      } else if (Outbox(database).newest() > looked_until_) {
        kept = keep_unshipped(database, looked_until_);
      }
    }
    run(database, "DELETE FROM temp.in_hand WHERE id IN (SELECT id FROM temp.unfinished)");
    run(database, kNotePruned);
    Rows rows{};
    for (std::size_t table = kTableCount; table-- > 0;) {  // children are found by their parents
      rows[table] = run(database, (std::string("DELETE") + kInHand[table]).c_str());
    }
    transaction.commit();
    removed_ += taken;
    unshipped_ += kept;
    return rows;
  } catch (const SQLite::Exception& failure) {
    throw database.error("prune", failure);
  }
}

}  // namespace edo::tables
