#include "tools/server/backend/search.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace edo::backend {
namespace {

// The rows of the table in the ranges of the parameter. Only the primary key leads to them; SQLite
// would else choose another index, and read that once for each range.
std::string rows_in_ranges(const std::string& table, std::size_t parameter) {
  return fmt::format(
      "(SELECT s.* FROM json_each(?{1}) r CROSS JOIN {0} s INDEXED BY sqlite_autoindex_{0}_1"
      " WHERE s.id > r.value ->> 0 AND s.id <= r.value ->> 1)",
      table, parameter);
}

}  // namespace

Snapshot::~Snapshot() {
  sqlite3* connection = store_.handle().getHandle();
  if (sqlite3_get_autocommit(connection) == 0) {
    (void)sqlite3_exec(connection, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

sql::Statement narrowed(const sql::Statement& statement, search::Index& index,
                        storage::Database& store) {
  std::vector<search::Search> searches;
  for (const auto& searched : statement.searched) searches.push_back(searched.search);
  auto ranges = index.begin(searches, store);
  sql::Statement result = statement;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!ranges[i]) continue;
    const auto& searched = statement.searched[i];
    result.parameters.emplace_back(*std::move(ranges[i]));
    result.text.replace(result.text.find(searched.from), searched.from.size(),
                        rows_in_ranges(searched.table, result.parameters.size()));
  }
  return result;
}

}  // namespace edo::backend
