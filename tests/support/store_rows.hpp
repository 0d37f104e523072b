// What a store file holds, read through a connection of its own. All throw edo::Error.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace edo::testing {

inline constexpr const char* kNull = "<null>";

using Row = std::map<std::string, std::string>;  // by column; kNull where there is nothing

[[nodiscard]] inline std::vector<Row> rows(storage::Database& database, const std::string& sql) {
  try {
    SQLite::Statement query(database.handle(), sql);
    std::vector<Row> result;
    while (query.executeStep()) {
      Row& row = result.emplace_back();
      for (int i = 0; i < query.getColumnCount(); ++i) {
        const SQLite::Column column = query.getColumn(i);
        row[column.getName()] = column.isNull() ? kNull : column.getString();
      }
    }
    return result;
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

[[nodiscard]] inline storage::Database open_to_look(const std::string& store) {
  storage::OpenOptions options;
  options.busy_timeout = std::chrono::seconds(10);
  return storage::Database(store, options);
}

[[nodiscard]] inline std::vector<Row> rows(const std::string& store, const std::string& sql) {
  storage::Database database = open_to_look(store);
  return rows(database, sql);
}

// The one row that there must be.
[[nodiscard]] inline Row row(const std::string& store, const std::string& sql) {
  std::vector<Row> all = rows(store, sql);
  if (all.size() != 1) {
    throw Error(ErrorKind::invalid_argument,
                std::to_string(all.size()) + " rows instead of one: " + sql);
  }
  return std::move(all.front());
}

// The one value of the one row.
[[nodiscard]] inline std::string value(const std::string& store, const std::string& sql) {
  return row(store, sql).begin()->second;
}

[[nodiscard]] inline long count(const std::string& store, const std::string& from) {
  return std::stol(value(store, "SELECT count(*) FROM " + from));
}

// "ok", or what is damaged.
[[nodiscard]] inline std::string integrity(const std::string& store) {
  return value(store, "SELECT group_concat(integrity_check, '; ') FROM pragma_integrity_check");
}

}  // namespace edo::testing
