#include "tables/recorders.hpp"

#include <utility>

#include "base/text.hpp"
#include "storage/noted_drops.hpp"
#include "storage/recorder_lock.hpp"

namespace edo::tables {
namespace {

// Runs one UPDATE whose parameters are the recorder, the time and the message; returns rows
// changed.
std::uint64_t update(storage::Database& database, const char* sql, std::int64_t recorder,
                     const std::string& now, const std::string& message) {
  SQLite::Statement statement(database.handle(), sql);
  statement.bind(1, recorder);
  statement.bind(2, now);
  if (statement.getBindParameterCount() > 2) statement.bind(3, message);
  return static_cast<std::uint64_t>(statement.exec());
}

// The end of a row nobody ended is not known, so completed_at and the duration stay empty.
constexpr const char* kCrashJobs =
    "UPDATE job_executions SET status = 'crashed', updated_at = ?2, error_message = ?3"
    " WHERE writer_id = ?1 AND status = 'running'";
constexpr const char* kCrashEvents =
    "UPDATE event_executions SET updated_at = ?2,"
    "  detection_error = CASE status WHEN 'detecting' THEN ?3 ELSE detection_error END,"
    "  handler_error = CASE status WHEN 'handling' THEN ?3 ELSE handler_error END,"
    "  (jobs_count, jobs_succeeded, jobs_failed) ="
    "    (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),"
    "            count(*) FILTER (WHERE status IN ('failed', 'crashed'))"
    "     FROM job_executions WHERE event_execution_id = event_executions.id),"
    "  status = 'crashed'"
    " WHERE writer_id = ?1 AND status IN ('detecting', 'handling')";
// An event or an invocation that ended before its jobs did keeps its status, but its counts tell of
// them.
constexpr const char* kRecountEvents =
    "UPDATE event_executions SET updated_at = ?2,"
    "  (jobs_count, jobs_succeeded, jobs_failed) ="
    "    (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),"
    "            count(*) FILTER (WHERE status IN ('failed', 'crashed')"
    "                             OR (status = 'running' AND writer_id = ?1))"
    "     FROM job_executions WHERE event_execution_id = event_executions.id)"
    " WHERE status NOT IN ('detecting', 'handling') AND id IN"
    "  (SELECT event_execution_id FROM job_executions WHERE writer_id = ?1 AND status = 'running')";
constexpr const char* kRecountInvocations =
    "UPDATE invocations SET updated_at = ?2,"
    "  (total_jobs_run, total_jobs_succeeded, total_jobs_failed) ="
    "    (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),"
    "            count(*) FILTER (WHERE status IN ('failed', 'crashed')"
    "                             OR (status = 'running' AND writer_id = ?1))"
    "     FROM job_executions WHERE invocation_id = invocations.id)"
    " WHERE status <> 'running' AND id IN"
    "  (SELECT invocation_id FROM job_executions WHERE writer_id = ?1 AND status = 'running')";
constexpr const char* kCrashInvocations =
    "UPDATE invocations SET updated_at = ?2, error_message = ?3,"
    "  events_detected_count ="
    "    (SELECT count(*) FROM event_executions WHERE invocation_id = invocations.id AND detected),"
    "  (total_jobs_run, total_jobs_succeeded, total_jobs_failed) ="
    "    (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),"
    "            count(*) FILTER (WHERE status IN ('failed', 'crashed'))"
    "     FROM job_executions WHERE invocation_id = invocations.id),"
    "  status = 'crashed'"
    " WHERE writer_id = ?1 AND status = 'running'";
constexpr const char* kCloseRecorder =
    "UPDATE writers SET ended_at = ?2, outcome = 'closed' WHERE id = ?1 AND ended_at IS NULL";
constexpr const char* kEndRecorder =
    "UPDATE writers SET ended_at = ?2, outcome = 'crashed' WHERE id = ?1 AND ended_at IS NULL";

// A function on demand is a new recorder with each cold start. Bounded, and fewer than one for each
// that comes would do. The newest stays, since no id may ever come again.
constexpr const char* kForgetRecorders =
    "DELETE FROM writers WHERE id IN (SELECT id FROM writers ORDER BY id LIMIT 100)"
    " AND id < (SELECT max(id) FROM writers)"
    " AND ended_at < min(?1, coalesce((SELECT min(created_at) FROM invocations), ?1))";
constexpr base::Micros kRememberRecorders = base::Micros{30} * 24 * 60 * 60 * 1'000'000;

constexpr std::size_t kMaxMessage = 2000;

// What the recorder left running becomes crashed.
CrashReport crash_rows(storage::Database& database, std::int64_t recorder, const std::string& time,
                       const std::string& message) {
  CrashReport report;
  (void)update(database, kRecountEvents, recorder, time, message);
  (void)update(database, kRecountInvocations, recorder, time, message);
  report.jobs = update(database, kCrashJobs, recorder, time, message);
  report.events = update(database, kCrashEvents, recorder, time, message);
  report.invocations = update(database, kCrashInvocations, recorder, time, message);
  return report;
}

}  // namespace

std::vector<RecorderEntry> open_recorders(storage::Database& database) {
  try {
    SQLite::Statement query(
        database.handle(),
        // As many as anybody could mean.
        "SELECT id, substr(started_at, 1, 100), pid, process_start, pid_namespace,"
        " substr(boot_id, 1, 100), substr(host, 1, 500), substr(program, 1, 500)"
        " FROM writers WHERE ended_at IS NULL LIMIT 1000");
    std::vector<RecorderEntry> recorders;
    while (query.executeStep()) {
      RecorderEntry& recorder = recorders.emplace_back();
      recorder.id = query.getColumn(0).getInt64();
      recorder.started_at = query.getColumn(1).getString();
      recorder.process.pid = query.getColumn(2).getInt64();
      recorder.process.start = query.getColumn(3).getInt64();
      recorder.process.pid_namespace = query.getColumn(4).getInt64();
      recorder.process.boot_id = query.getColumn(5).getString();
      recorder.process.host = query.getColumn(6).getString();
      recorder.process.program = query.getColumn(7).getString();
    }
    return recorders;
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

bool may_be_alive(const storage::Database& database, const RecorderEntry& recorder) {
  const base::Life life = base::life_of(recorder.process);
  if (life != base::Life::unknown) return life == base::Life::alive;
  return storage::holds_lock(database.path(), recorder.id).value_or(true);
}

std::int64_t register_recorder(storage::Database& database, base::Micros now) {
  const base::ProcessIdentity process = base::current_process();
  try {
    storage::WriteTransaction transaction(database);
    SQLite::Statement forget(database.handle(), kForgetRecorders);
    forget.bind(1, base::format_timestamp(now - kRememberRecorders));
    forget.exec();
    SQLite::Statement insert(
        database.handle(),
        "INSERT INTO writers (started_at, host, program, version, pid, process_start,"
        " pid_namespace, boot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, base::format_timestamp(now));
    insert.bind(2, process.host);
    insert.bind(3, process.program);
    insert.bind(4, EDO_VERSION);
    insert.bind(5, process.pid);
    insert.bind(6, process.start);
    insert.bind(7, process.pid_namespace);
    insert.bind(8, process.boot_id);
    insert.exec();
    transaction.commit();
    return database.handle().getLastInsertRowid();
  } catch (const SQLite::Exception& failure) {
    throw database.error("register a recorder in", failure);
  }
}

void close_recorder(storage::Database& database, std::int64_t recorder, base::Micros now) {
  try {
    storage::WriteTransaction transaction(database);
    const std::string time = base::format_timestamp(now);
    (void)crash_rows(database, recorder, time,
                     "the recorder was closed before the end was recorded");
    (void)update(database, kCloseRecorder, recorder, time, {});
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    throw database.error("close", failure);
  }
}

bool may_have_lost_end(storage::Database& database) {
  try {
    SQLite::Statement query(
        database.handle(),
        "SELECT 1 FROM writers WHERE outcome = 'crashed' AND boot_id <> ? AND host = ? LIMIT 1");
    const base::ProcessIdentity here = base::current_process();
    query.bind(1, here.boot_id);
    query.bind(2, here.host);
    return query.executeStep();
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

void add_dropped(storage::Database& database, std::int64_t recorder, std::uint64_t calls,
                 base::Micros now, const std::string& reason) {
  try {
    SQLite::Statement update(database.handle(),
                             "UPDATE writers SET dropped_calls = dropped_calls + ?,"
                             " last_drop_at = ?, last_drop_reason = ? WHERE id = ?");
    update.bind(1, static_cast<std::int64_t>(calls));
    update.bind(2, base::format_timestamp(now));
    update.bind(3, reason);
    update.bind(4, recorder);
    update.exec();
  } catch (const SQLite::Exception& failure) {
    throw database.error("note dropped calls in", failure);
  }
}

void take_over_noted_drops(storage::Database& database, std::int64_t recorder, base::Micros now) {
  const auto drops = storage::noted_drops(database.path());
  if (drops.empty()) return;
  try {
    storage::WriteTransaction transaction(database);
    SQLite::Statement known(database.handle(), "SELECT 1 FROM writers WHERE id = ?");
    // A note counts all calls of its recorder, so it can be recorded twice without harm.
    SQLite::Statement raise(database.handle(),
                            "UPDATE writers SET dropped_calls = ?, last_drop_at = ?,"
                            " last_drop_reason = ? WHERE id = ? AND dropped_calls < ?1");
    for (const auto& noted : drops) {
      const std::string reason = base::admit_text(noted.reason, kMaxMessage);
      known.bind(1, noted.recorder);
      const bool is_known = known.executeStep();
      known.reset();
      if (!is_known) {
        add_dropped(database, recorder, noted.calls, now, reason);
        continue;
      }
      raise.bind(1, static_cast<std::int64_t>(noted.calls));
      raise.bind(2, base::format_timestamp(now));
      raise.bind(3, reason);
      raise.bind(4, noted.recorder);
      (void)raise.exec();
      raise.reset();
    }
    transaction.commit();
    storage::forget_noted_drops(database.path(), drops);
  } catch (const std::exception&) {
    // The notes stay where they are.
  }
}

CrashReport mark_crashed(storage::Database& database, base::Micros now) {
  CrashReport report;
  try {
    std::vector<RecorderEntry> dead;
    for (auto& recorder : open_recorders(database)) {
      if (!may_be_alive(database, recorder)) dead.push_back(std::move(recorder));
    }
    const std::string time = base::format_timestamp(now);
    for (const auto& recorder : dead) {
      // Rows with it are shipped, and names that older versions stored may be any bytes.
      const std::string message = base::admit_text(
          "its process ended before it did (" + recorder.process.program + ", pid " +
              std::to_string(recorder.process.pid) + " on " + recorder.process.host +
              ", recording since " + recorder.started_at + ")",
          kMaxMessage);
      storage::WriteTransaction transaction(database);
      // Another process may have done it while this one waited for the lock.
      if (update(database, kEndRecorder, recorder.id, time, message) == 0) continue;
      const CrashReport rows = crash_rows(database, recorder.id, time, message);
      transaction.commit();
      ++report.recorders;
      report.jobs += rows.jobs;
      report.events += rows.events;
      report.invocations += rows.invocations;
    }
  } catch (const SQLite::Exception& failure) {
    throw database.error("look for crashed recorders in", failure);
  }
  return report;
}

}  // namespace edo::tables
