// Stores with a history: recorded days ago, partly shipped, of an older version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "edo/recorder.hpp"
#include "schemas/schemas.hpp"
#include "storage/store.hpp"
#include "support/store_rows.hpp"
#include "tables/outbox.hpp"

namespace edo::testing {

inline constexpr base::Micros kDay = 86'400'000'000;

[[nodiscard]] inline storage::Database open_to_change(const std::string& path) {
  return storage::open_store(path, {.access = storage::Access::read_write});
}

// Records whole invocations that were started some days ago: one event, one job, two lines each.
class OldStore {
 public:
  explicit OldStore(std::string store_path) : path(std::move(store_path)) {}

  // The ids of the invocations; those that fail do so with their job.
  std::vector<std::string> record(int invocations, int days_ago, bool fails = false) {
    const base::Micros start = base::Clock::system().now() - days_ago * kDay;
    base::Micros now = start;
    Recorder recorder(Options{.store = path, .clock = [&now] { return base::timestamp(now); }});
    std::vector<std::string> ids;
    for (int i = 0; i < invocations; ++i) {
      now += 1000;
      auto invocation = recorder.start_invocation({.source_function = "orders"});
      auto event = invocation.start_event({.event_name = "order.created"});
      event.detected();
      auto job = event.start_job({.job_name = "send_receipt"});
      job.log(LogLevel::info, "sending");
      job.log(LogLevel::info, "sent");
      fails ? job.fail({.message = "no mail", .duration = std::chrono::milliseconds(i + 1)})
            : job.complete({}, {.duration = std::chrono::milliseconds(i + 1)});
      event.complete();
      ids.push_back(invocation.id());
      invocation.complete({.duration = std::chrono::milliseconds(i + 1)});
    }
    return ids;
  }

  // As a replicator does when the central database has acknowledged everything.
  void ship() const {
    storage::Database database = open_to_change(path);
    tables::Outbox outbox(database);
    outbox.trim(outbox.newest());
  }

  void change(const std::string& sql) const { open_to_change(path).execute(sql); }

  [[nodiscard]] long rows() const {
    return count(path, "invocations") + count(path, "event_executions") +
           count(path, "job_executions") + count(path, "job_logs");
  }

  const std::string path;
};

// A store as the first version made it, with one completed invocation of long ago.
inline void make_first_version(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA application_id = 0x65646f31");
  database.exec(std::string(schemas::sqlite().front().sql));
  database.exec(
      "INSERT INTO migrations VALUES (1, 'old', '2026');"
      "INSERT INTO store VALUES (1, '0190a1b2-0000-7000-8000-00000000000a', 1, 'edge',"
      " '2026-01-01T00:00:00.000000Z');"
      "INSERT INTO invocations (id, created_at, updated_at, source_function, status) VALUES"
      " ('0190a1b2-0000-7000-8000-000000000001', '2026-01-01T00:00:00.000000Z',"
      "  '2026-01-01T00:00:00.000000Z', 'f', 'completed')");
}

}  // namespace edo::testing
