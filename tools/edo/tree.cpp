#include "tools/edo/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tables/model.hpp"
#include "tables/recorders.hpp"
#include "tools/edo/ids.hpp"
#include "tools/edo/status.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

enum Index : std::size_t { kInvocations, kEvents, kJobs, kLogs };

// The rows of a table whose `column` is `id`, in the order of time.
Json rows_where(storage::Database& database, Index table, std::string_view column,
                const std::string& id, std::string_view order) {
  const tables::Table& model = tables::tables()[table];
  SQLite::Statement query(database.handle(),
                          fmt::format("SELECT {} FROM {} t WHERE t.{} = ? ORDER BY {}",
                                      select_list(model, "t"), model.name, column, order));
  query.bind(1, id);
  Json rows = Json::array();
  while (query.executeStep()) rows.push_back(row_json(model, query));
  return rows;
}

Json triggered_by_jobs_of(storage::Database& database, const std::string& invocation) {
  const tables::Table& model = tables::tables()[kInvocations];
  SQLite::Statement query(
      database.handle(),
      fmt::format(
          "SELECT {} FROM job_executions j CROSS JOIN invocations t ON t.source_job_id = j.id"
          " WHERE j.invocation_id = ? ORDER BY t.created_at, t.id",
          select_list(model, "t")));
  query.bind(1, invocation);
  Json rows = Json::array();
  while (query.executeStep()) rows.push_back(row_json(model, query));
  return rows;
}

// Events with their jobs and log lines. A job whose event was not stored, because the host could
// not record it then, is shown under an event with only an id.
Json events_of(storage::Database& database, const std::string& invocation) {
  Json events = rows_where(database, kEvents, "invocation_id", invocation, "created_at, id");
  for (auto& event : events) event["jobs"] = Json::array();
  Json jobs = rows_where(database, kJobs, "invocation_id", invocation, "created_at, id");
  for (auto& job : jobs) {
    job["logs"] = rows_where(database, kLogs, "job_execution_id", job["id"], "sequence, id");
    const Json& wanted = job["event_execution_id"];
    auto event = events.begin();
    while (event != events.end() && (*event)["id"] != wanted) ++event;
    if (event == events.end()) {
      Json unknown = Json::object();
      for (const auto& column : tables::tables()[kEvents].columns) {
        unknown.emplace(column.name, nullptr);
      }
      unknown["id"] = wanted;
      unknown["invocation_id"] = invocation;
      unknown["jobs"] = Json::array();
      events.push_back(std::move(unknown));
      event = events.end() - 1;
    }
    (*event)["jobs"].push_back(std::move(job));
  }
  return events;
}

std::string describe_trigger(storage::Database& database, const Json& invocation) {
  if (invocation["source_job_id"].is_null()) return {};
  const std::string id = invocation["source_job_id"];
  SQLite::Statement query(database.handle(),
                          "SELECT j.job_name, i.source_function, i.id FROM job_executions j"
                          " JOIN invocations i ON i.id = j.invocation_id WHERE j.id = ?");
  query.bind(1, id);
  if (!query.executeStep()) return fmt::format("job {} (not in this store)", id);
  const std::string parent = query.getColumn(2).getString();
  const std::size_t length = unique_length(database, kInvocations, {parent});
  return fmt::format("job {} of {}: edo show {}", printable(query.getColumn(0).getString()),
                     printable(query.getColumn(1).getString()), parent.substr(0, length));
}

bool has_unfinished(const Json& tree) {
  const auto unfinished = [](const Json& row) {
    return row["status"].is_string() &&
           tone_of(row["status"].get_ref<const std::string&>()) == Tone::busy;
  };
  if (unfinished(tree["invocation"])) return true;
  for (const auto& event : tree["events"]) {
    if (unfinished(event)) return true;
    const Json& jobs = event["jobs"];
    if (std::any_of(jobs.begin(), jobs.end(), unfinished)) return true;
  }
  return false;
}

std::string describe_lost_writer(storage::Database& database, const std::string& invocation) {
  SQLite::Statement query(database.handle(), "SELECT writer_id FROM invocations WHERE id = ?");
  query.bind(1, invocation);
  if (!query.executeStep()) return {};
  const std::int64_t id = query.getColumn(0).getInt64();
  const auto writers = tables::open_recorders(database);
  const auto writer = std::find_if(writers.begin(), writers.end(),
                                   [&](const tables::RecorderEntry& one) { return one.id == id; });
  if (writer == writers.end() || tables::may_be_alive(database, *writer)) return {};
  return fmt::format("process {} ({}) has crashed; its running rows become crashed",
                     writer->process.pid, printable(writer->process.program));
}

}  // namespace

Tree load_tree(storage::Database& database, const std::string& invocation_id) {
  try {
    database.execute("BEGIN");
    Json found = rows_where(database, kInvocations, "id", invocation_id, "id");
    if (found.empty()) throw without_invocation(database, invocation_id);
    Tree tree;
    tree.triggered_by = describe_trigger(database, found[0]);
    Json triggered = triggered_by_jobs_of(database, invocation_id);
    std::vector<std::string> ids;
    for (const auto& each : triggered) ids.push_back(each["id"]);
    tree.id_length = unique_length(database, kInvocations, ids);
    tree.json = {{"invocation", std::move(found[0])},
                 {"events", events_of(database, invocation_id)},
                 {"triggered_invocations", std::move(triggered)}};
    if (has_unfinished(tree.json)) {
      tree.lost_writer = describe_lost_writer(database, invocation_id);
    }
    database.execute("COMMIT");
    return tree;
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

}  // namespace edo::cli
