// What the replicator's tests share: stores with awkward rows in them, a migrated central database,
// and the program run from outside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "support/process.hpp"

namespace edo::testing {

// A store that is written with plain SQL, as any writer may.
class SampleStore {
 public:
  explicit SampleStore(const std::string& path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  // Starts an invocation with one event, one job and two log lines, whose values are whatever a
  // central database may find hard: other scripts, quotes, tabs, backslashes, empty text, nested
  // JSON, nulls, ids that are no UUIDs, times before 1970. Returns its id.
  std::string start_tree();
  // Brings the tree to its end: three rows change.
  void finish_tree(const std::string& invocation);
  // Both, `count` times, in a few transactions.
  void add_trees(int count);

  // A whole copy, as it is now.
  void copy_to(const std::string& path);

  void execute(const std::string& sql) { database_.execute(sql); }
  [[nodiscard]] std::int64_t integer(const std::string& sql) {
    return database_.integer(sql).value_or(-1);
  }
  [[nodiscard]] std::string text(const std::string& sql) {
    return database_.text(sql).value_or("");
  }
  // Rows of the four tables.
  [[nodiscard]] std::int64_t rows();

 private:
  std::string path_;
  storage::Database database_;
  std::int64_t made_ = 0;
};

// Runs edo-replicator with these arguments and an environment without any of its variables.
[[nodiscard]] Command replicator(std::vector<std::string> arguments);
Result run_replicator(std::vector<std::string> arguments);

// A new database that has been migrated.
[[nodiscard]] std::string migrated_database();

// The same with the roles, in a schema that may have a name of its own.
[[nodiscard]] std::string database_with_roles(const std::string& schema = {});

// A login that is a member of one role, and gone with the object.
class Login {
 public:
  Login(std::string url, const std::string& name, const std::string& role);
  ~Login();
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }

  void may(const std::string& sql) const;
  void may_not(const std::string& sql) const;

 private:
  std::string admin_;
  std::string name_;
  std::string url_;
};

// Ships everything and requires that it succeeds.
void ship(const std::string& store, const std::string& url);
// Requires that verify finds every row of the store in the central database, equal.
void require_verified(const std::string& store, const std::string& url);

// One number for all telemetry rows of the central database, and who wrote each: it changes when
// any row is written again, even with the same values.
[[nodiscard]] std::string fingerprint(const std::string& url);
// The number of telemetry rows in the central database.
[[nodiscard]] std::int64_t rows_at(const std::string& url);

// The one line on standard error, without its newline; requires that it is one line.
[[nodiscard]] std::string only_line(const Result& result);

}  // namespace edo::testing
