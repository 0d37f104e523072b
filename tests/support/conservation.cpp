#include "support/conservation.hpp"

#include <sstream>
#include <stdexcept>

namespace edo::testing {
namespace {

bool may_become(const std::string& acknowledged, const std::string& found) {
  if (acknowledged == found) return true;
  if (acknowledged == "handling") return found != "detecting" && found != "not_detected";
  return acknowledged == "running" || acknowledged == "detecting";
}

}  // namespace

const std::array<OracleQuery, 4> kOracleQueries = {{
    {"invocations",
     "SELECT CAST(id AS text), status, source_function || '|' || correlation_id"
     " || CASE WHEN status IN ('failed', 'completed') THEN '|' || coalesce(error_message, '') ELSE"
     " '' END FROM invocations"},
    {"event_executions",
     "SELECT CAST(id AS text), status, event_name || '|' || CAST(invocation_id AS text)"
     " FROM event_executions"},
    {"job_executions",
     "SELECT CAST(id AS text), status, job_name || '|' || CAST(event_execution_id AS text)"
     " || CASE status WHEN 'completed' THEN '|' || coalesce(CAST(result AS text), '')"
     "                WHEN 'failed' THEN '|' || coalesce(error_message, '') ELSE '' END"
     " FROM job_executions"},
    {"job_logs",
     "SELECT CAST(job_execution_id AS text) || '/' || CAST(sequence AS text), level, message"
     " FROM job_logs"},
}};

void put(FoundRows& found, std::string_view table, std::string id, FoundRow row) {
  const auto [old, added] = found.try_emplace({std::string(table), std::move(id)}, std::move(row));
  if (!added)
    throw std::runtime_error(old->first.first + " " + old->first.second + " is there twice");
}

namespace {

int progress(const std::string& status) {
  if (status == "running" || status == "detecting") return 0;
  if (status == "handling") return 1;
  return status == "crashed" ? 2 : 3;
}

}  // namespace

void add(FoundRows& all, const FoundRows& found) {
  for (const auto& [key, row] : found) {
    auto& known = all.try_emplace(key, row).first->second;
    if (std::pair(progress(row.status), row.content.size()) >
        std::pair(progress(known.status), known.content.size())) {
      known = row;
    }
  }
}

FoundRows rows_of_store(storage::Database& database) {
  FoundRows found;
  for (const auto& [table, sql] : kOracleQueries) {
    SQLite::Statement query(database.handle(), sql);
    while (query.executeStep()) {
      put(found, table, query.getColumn(0).getString(),
          {query.getColumn(1).getString(), query.getColumn(2).getString()});
    }
  }
  return found;
}

std::string Acknowledged::line() const {
  return table + '\t' + id + '\t' + status + '\t' + content + '\n';
}

void Ledger::add(std::string_view lines) {
  while (true) {
    const auto end = lines.find('\n');
    if (end == std::string_view::npos) return;
    std::istringstream fields{std::string(lines.substr(0, end))};
    lines.remove_prefix(end + 1);
    std::string table;
    std::string id;
    FoundRow row;
    std::getline(fields, table, '\t');
    std::getline(fields, id, '\t');
    std::getline(fields, row.status, '\t');
    if (!std::getline(fields, row.content)) {
      throw std::runtime_error("not an acknowledgement: " + fields.str());
    }
    // Lines of different threads may be in any order, but those of one row are one thread's.
    last_[{std::move(table), std::move(id)}] = std::move(row);
  }
}

std::vector<std::string> Ledger::violations(const FoundRows& found) const {
  std::vector<std::string> wrong;
  for (const auto& [key, acknowledged] : last_) {
    const std::string name = key.first + " " + key.second;
    const auto row = found.find(key);
    if (row == found.end()) {
      wrong.push_back(name + " is missing; it was acknowledged as " + acknowledged.status);
      continue;
    }
    const FoundRow& now = row->second;
    const bool same = now.status == acknowledged.status;
    if (!may_become(acknowledged.status, now.status)) {
      wrong.push_back(name + " is " + now.status + "; it was acknowledged as " +
                      acknowledged.status);
    } else if (same ? now.content != acknowledged.content
                    : !now.content.starts_with(acknowledged.content)) {
      wrong.push_back(name + " holds '" + now.content + "'; acknowledged was '" +
                      acknowledged.content + "'");
    }
  }
  return wrong;
}

}  // namespace edo::testing
