#include "tables/writers.hpp"

#include <utility>

#include "base/text.hpp"
#include "storage/losses.hpp"
#include "storage/writer_lock.hpp"

namespace edo::tables {
namespace {

// Runs one UPDATE whose parameters are the writer, the time and the message; returns rows changed.
std::uint64_t update(storage::Database& database, const char* sql, std::int64_t writer,
                     const std::string& now, const std::string& message) {
  SQLite::Statement statement(database.handle(), sql);
  statement.bind(1, writer);
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
constexpr const char* kCloseWriter =
    "UPDATE writers SET ended_at = ?2, outcome = 'closed' WHERE id = ?1 AND ended_at IS NULL";
constexpr const char* kEndWriter =
    "UPDATE writers SET ended_at = ?2, outcome = 'crashed' WHERE id = ?1 AND ended_at IS NULL";

// A function on demand is a new writer with each cold start. Bounded, and fewer than one for each
// that comes would do. The newest stays, since no id may ever come again.
constexpr const char* kForgetWriters =
    "DELETE FROM writers WHERE id IN (SELECT id FROM writers ORDER BY id LIMIT 100)"
    " AND id < (SELECT max(id) FROM writers)"
    " AND ended_at < min(?1, coalesce((SELECT min(created_at) FROM invocations), ?1))";
constexpr base::Micros kRememberWriters = base::Micros{30} * 24 * 60 * 60 * 1'000'000;

constexpr std::size_t kMaxMessage = 2000;

// What the writer left running becomes crashed.
CrashReport crash_rows(storage::Database& database, std::int64_t writer, const std::string& time,
                       const std::string& message) {
  CrashReport report;
  (void)update(database, kRecountEvents, writer, time, message);
  (void)update(database, kRecountInvocations, writer, time, message);
  report.jobs = update(database, kCrashJobs, writer, time, message);
  report.events = update(database, kCrashEvents, writer, time, message);
  report.invocations = update(database, kCrashInvocations, writer, time, message);
  return report;
}

}  // namespace

std::vector<OpenWriter> open_writers(storage::Database& database) {
  try {
    SQLite::Statement query(
        database.handle(),
        // As many as anybody could mean.
        "SELECT id, substr(started_at, 1, 100), pid, process_start, pid_namespace,"
        " substr(boot_id, 1, 100), substr(host, 1, 500), substr(program, 1, 500)"
        " FROM writers WHERE ended_at IS NULL LIMIT 1000");
    std::vector<OpenWriter> writers;
    while (query.executeStep()) {
      OpenWriter& writer = writers.emplace_back();
      writer.id = query.getColumn(0).getInt64();
      writer.started_at = query.getColumn(1).getString();
      writer.process.pid = query.getColumn(2).getInt64();
      writer.process.start = query.getColumn(3).getInt64();
      writer.process.pid_namespace = query.getColumn(4).getInt64();
      writer.process.boot_id = query.getColumn(5).getString();
      writer.process.host = query.getColumn(6).getString();
      writer.process.program = query.getColumn(7).getString();
    }
    return writers;
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

bool may_be_alive(const storage::Database& database, const OpenWriter& writer) {
  const base::Life life = base::life_of(writer.process);
  if (life != base::Life::unknown) return life == base::Life::alive;
  return storage::holds_lock(database.path(), writer.id).value_or(true);
}

std::int64_t register_writer(storage::Database& database, base::Micros now) {
  const base::ProcessIdentity process = base::current_process();
  try {
    storage::WriteTransaction transaction(database);
    SQLite::Statement forget(database.handle(), kForgetWriters);
    forget.bind(1, base::format_timestamp(now - kRememberWriters));
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

void close_writer(storage::Database& database, std::int64_t writer, base::Micros now) {
  try {
    storage::WriteTransaction transaction(database);
    const std::string time = base::format_timestamp(now);
    (void)crash_rows(database, writer, time, "the recorder was closed before the end was recorded");
    (void)update(database, kCloseWriter, writer, time, {});
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

void add_losses(storage::Database& database, std::int64_t writer, std::uint64_t calls,
                base::Micros now, const std::string& reason) {
  try {
    SQLite::Statement update(database.handle(),
                             "UPDATE writers SET dropped_calls = dropped_calls + ?,"
                             " last_drop_at = ?, last_drop_reason = ? WHERE id = ?");
    update.bind(1, static_cast<std::int64_t>(calls));
    update.bind(2, base::format_timestamp(now));
    update.bind(3, reason);
    update.bind(4, writer);
    update.exec();
  } catch (const SQLite::Exception& failure) {
    throw database.error("note dropped calls in", failure);
  }
}

void take_over_noted_losses(storage::Database& database, std::int64_t writer, base::Micros now) {
  const auto losses = storage::noted_losses(database.path());
  if (losses.empty()) return;
  try {
    storage::WriteTransaction transaction(database);
    SQLite::Statement known(database.handle(), "SELECT 1 FROM writers WHERE id = ?");
    // A note counts all calls of its writer, so it can be recorded twice without harm.
    SQLite::Statement raise(database.handle(),
                            "UPDATE writers SET dropped_calls = ?, last_drop_at = ?,"
                            " last_drop_reason = ? WHERE id = ? AND dropped_calls < ?1");
    for (const auto& loss : losses) {
      const std::string reason = base::admit_text(loss.reason, kMaxMessage);
      known.bind(1, loss.writer);
      const bool is_known = known.executeStep();
      known.reset();
      if (!is_known) {
        add_losses(database, writer, loss.calls, now, reason);
        continue;
      }
      raise.bind(1, static_cast<std::int64_t>(loss.calls));
      raise.bind(2, base::format_timestamp(now));
      raise.bind(3, reason);
      raise.bind(4, loss.writer);
      (void)raise.exec();
      raise.reset();
    }
    transaction.commit();
    storage::forget_noted_losses(database.path(), losses);
  } catch (const std::exception&) {
    // The notes stay where they are.
  }
}

CrashReport mark_crashed(storage::Database& database, base::Micros now) {
  CrashReport report;
  try {
    std::vector<OpenWriter> dead;
    for (auto& writer : open_writers(database)) {
      if (!may_be_alive(database, writer)) dead.push_back(std::move(writer));
    }
    const std::string time = base::format_timestamp(now);
    for (const auto& writer : dead) {
      // Rows with it are shipped, and names that older versions stored may be any bytes.
      const std::string message =
          base::admit_text("its process ended before it did (" + writer.process.program + ", pid " +
                               std::to_string(writer.process.pid) + " on " + writer.process.host +
                               ", recording since " + writer.started_at + ")",
                           kMaxMessage);
      storage::WriteTransaction transaction(database);
      // Another process may have done it while this one waited for the lock.
      if (update(database, kEndWriter, writer.id, time, message) == 0) continue;
      const CrashReport rows = crash_rows(database, writer.id, time, message);
      transaction.commit();
      ++report.writers;
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
