#include "tables/prune.hpp"

#include <utility>

#include "tables/outbox.hpp"

namespace edo::tables {
namespace {

// What was found, in the order of age; those of it that are in hand at the moment, with the rows
// under them that the outbox names; and what must stay, since the end of a job that outlives its
// invocation would find no row.
constexpr const char* kTemporaryTables =
    "CREATE TEMP TABLE IF NOT EXISTS doomed (n INTEGER PRIMARY KEY, id TEXT NOT NULL);"
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

// The outbox has no index on rows, which every recorded call would pay for. So the rows of all that
// is in hand are looked for in one pass over it.
constexpr const char* kFindPending =
    "INSERT INTO temp.pending SELECT DISTINCT row FROM outbox"
    " WHERE seq > ? AND entity <> 'watermark' AND row IN"
    " (SELECT id FROM temp.in_hand"
    "  UNION ALL SELECT e.id FROM temp.in_hand d JOIN event_executions e ON e.invocation_id = d.id"
    "  UNION ALL SELECT j.id FROM temp.in_hand d JOIN job_executions j ON j.invocation_id = d.id"
    "  UNION ALL SELECT l.id FROM temp.in_hand d JOIN job_executions j ON j.invocation_id = d.id"
    "            JOIN job_logs l ON l.job_execution_id = j.id)";
constexpr const char* kKeepPending =
    "DELETE FROM temp.in_hand WHERE id IN ("
    "  SELECT d.id FROM temp.in_hand d JOIN temp.pending p ON p.row = d.id"
    "  UNION SELECT e.invocation_id FROM temp.pending p JOIN event_executions e ON e.id = p.row"
    "  UNION SELECT j.invocation_id FROM temp.pending p JOIN job_executions j ON j.id = p.row"
    "  UNION SELECT l.invocation_id FROM temp.pending p JOIN job_logs l ON l.id = p.row)";

// What belongs to the invocations in hand, by table.
constexpr std::array<const char*, kTableCount> kInHand = {
    " FROM invocations WHERE id IN (SELECT id FROM temp.in_hand)",
    " FROM event_executions WHERE invocation_id IN (SELECT id FROM temp.in_hand)",
    " FROM job_executions WHERE invocation_id IN (SELECT id FROM temp.in_hand)",
    " FROM job_logs WHERE job_execution_id IN (SELECT j.id FROM temp.in_hand d"
    " JOIN job_executions j ON j.invocation_id = d.id)",
};

std::uint64_t run(storage::Database& database, const char* sql) {
  SQLite::Statement statement(database.handle(), sql);
  return static_cast<std::uint64_t>(statement.exec());
}

// A transaction that changes nothing but temporary tables, so no writer waits for it.
class Look {
 public:
  explicit Look(storage::Database& database) : database_(database) { database_.execute("BEGIN"); }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;
  ~Look() {
    if (open_) (void)database_.handle().tryExec("ROLLBACK");
  }
  void keep() {
    database_.execute("COMMIT");
    open_ = false;
  }

 private:
  storage::Database& database_;
  bool open_ = true;
};

}  // namespace

Pruning::Pruning(storage::Database& database, PruneRequest request)
    : database_(database), request_(std::move(request)) {
  database_.execute(kTemporaryTables);
}

void Pruning::bind_ages(SQLite::Statement& statement) const {
  statement.bind(1, request_.older_than);
  statement.bind(2, request_.failures_older_than);
}

std::uint64_t Pruning::old_enough() {
  try {
    SQLite::Statement query(database_.handle(), std::string("SELECT count(*)") + kOldEnough);
    bind_ages(query);
    (void)query.executeStep();
    return static_cast<std::uint64_t>(query.getColumn(0).getInt64());
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
}

// Takes what has changes after `after` in the outbox out of hand; returns how many that were.
std::uint64_t Pruning::keep_unshipped(std::int64_t after) {
  run(database_, "DELETE FROM temp.pending");
  SQLite::Statement find(database_.handle(), kFindPending);
  find.bind(1, after);
  return find.exec() == 0 ? 0 : run(database_, kKeepPending);
}

std::uint64_t Pruning::find(std::uint64_t at_most) {
  try {
    Look look(database_);
    run(database_, "DELETE FROM temp.doomed");
    run(database_, "DELETE FROM temp.in_hand");
    looked_until_ = Outbox(database_).newest();
    SQLite::Statement candidates(
        database_.handle(), std::string("INSERT INTO temp.doomed (id) SELECT id") + kOldEnough +
                                " AND (created_at, id) > (?3, ?4)"
                                " ORDER BY created_at, id LIMIT ?5");
    bind_ages(candidates);
    candidates.bind(3, last_time_);
    candidates.bind(4, last_id_);
    candidates.bind(5, static_cast<std::int64_t>(at_most));
    const auto looked_at = static_cast<std::uint64_t>(candidates.exec());
    SQLite::Statement last(database_.handle(),
                           "SELECT i.created_at, i.id FROM temp.doomed d JOIN invocations i"
                           " ON i.id = d.id ORDER BY d.n DESC LIMIT 1");
    if (last.executeStep()) {
      last_time_ = last.getColumn(0).getString();
      last_id_ = last.getColumn(1).getString();
    }
    last.reset();
    std::uint64_t unshipped = 0;
    if (looked_at > 0 && !request_.unshipped_too) {
      run(database_, "INSERT INTO temp.in_hand SELECT id FROM temp.doomed");
      unshipped = keep_unshipped(0);
      if (unshipped > 0) {
        run(database_, "DELETE FROM temp.doomed WHERE id NOT IN (SELECT id FROM temp.in_hand)");
      }
    }
    look.keep();
    found_ = looked_at - unshipped;
    unshipped_ += unshipped;
    return looked_at;
  } catch (const SQLite::Exception& failure) {
    throw database_.error("prune", failure);
  }
}

Pruning::Rows Pruning::count() {
  try {
    Look look(database_);
    run(database_, "DELETE FROM temp.in_hand");
    run(database_, "INSERT INTO temp.in_hand SELECT id FROM temp.doomed");
    Rows rows{};
    for (std::size_t table = 0; table < kTableCount; ++table) {
      const auto count = database_.integer(std::string("SELECT count(*)") + kInHand[table]);
      rows[table] = static_cast<std::uint64_t>(count.value_or(0));
    }
    look.keep();
    return rows;
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
}

Pruning::Rows Pruning::remove(std::uint64_t at_most) {
  try {
    storage::WriteTransaction transaction(database_);
    run(database_, "DELETE FROM temp.in_hand");
    SQLite::Statement take(
        database_.handle(),
        "INSERT INTO temp.in_hand SELECT id FROM temp.doomed ORDER BY n LIMIT ?");
    take.bind(1, static_cast<std::int64_t>(at_most));
    const auto taken = static_cast<std::uint64_t>(take.exec());
    SQLite::Statement forget(
        database_.handle(),
        "DELETE FROM temp.doomed WHERE n IN (SELECT n FROM temp.doomed ORDER BY n LIMIT ?)");
    forget.bind(1, static_cast<std::int64_t>(at_most));
    forget.exec();
    std::uint64_t kept = 0;
    if (!request_.unshipped_too && Outbox(database_).newest() > looked_until_) {
      kept = keep_unshipped(looked_until_);
    }
    run(database_, "DELETE FROM temp.in_hand WHERE id IN (SELECT id FROM temp.unfinished)");
    Rows rows{};
    for (std::size_t table = kTableCount; table-- > 0;) {  // children are found by their parents
      rows[table] = run(database_, (std::string("DELETE") + kInHand[table]).c_str());
    }
    transaction.commit();
    found_ -= taken;
    unshipped_ += kept;
    return rows;
  } catch (const SQLite::Exception& failure) {
    throw database_.error("prune", failure);
  }
}

}  // namespace edo::tables
