// Runs one read-only SQL statement on a store, for `edo sql` and the server.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace edo::query {

// The names of columns; a repeated name gets a number, so that a JSON object can have them all.
[[nodiscard]] std::vector<std::string> unique_names(const std::vector<std::string>& names);

class Reading {
 public:
  // `database` must be open read-only; from here on it refuses statements that attach another file,
  // change a setting or begin a transaction. Throws Error: refused (it would, or there are several
  // statements), invalid_argument (SQLite's message with the line and column).
  Reading(storage::Database& database, const std::string& sql);

  // True if the text has only white space and comments.
  [[nodiscard]] bool is_empty() const noexcept { return statement_ == nullptr; }

  // The unique names of the result's columns. Empty for a PRAGMA without a result.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

  // Moves to the first or next row; false at the end. Throws Error (invalid_argument; busy if
  // sqlite3_interrupt() or a progress handler ended it).
  [[nodiscard]] bool next();

  // Values of the current row: SQLITE_INTEGER …; in JSON, BLOBs are hexadecimal, and numbers beyond
  // double precision are the texts "Infinity" and "-Infinity", as PostgreSQL writes them.
  [[nodiscard]] int type(int column) const { return sqlite3_column_type(statement_.get(), column); }
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] nlohmann::ordered_json json(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };

  void prepare();
  [[nodiscard]] Error refused(std::string_view why) const;
  [[nodiscard]] Error failed() const;

  storage::Database& database_;
  sqlite3* connection_;
  const std::string sql_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::vector<std::string> names_;
};

}  // namespace edo::query
