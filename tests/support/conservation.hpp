// The conservation oracle: what was acknowledged to a host is there, as it was acknowledged, once.
//
// A host writes one line for each acknowledged call after that call has returned. A Ledger gathers
// those lines and is held against the rows that are found somewhere: in the store, or at the
// central.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/database.hpp"

namespace edo::testing {

struct Acknowledged {
  std::string table;
  std::string id;       // of a log line: its job's id, '/' and its sequence
  std::string status;   // that the row had when the call returned; of a log line, its level
  std::string content;  // what kOracleQueries give for that row then

  // One line with its end. Nothing in it may hold a tab or a newline.
  [[nodiscard]] std::string line() const;
};

struct FoundRow {
  std::string status;
  std::string content;
};
using FoundRows = std::map<std::pair<std::string, std::string>, FoundRow>;  // by table and id

// For each table a query for id, status and content of every row, in SQL that SQLite and Postgres
// both understand. The content of a row only ever grows at its end while its status changes.
struct OracleQuery {
  const char* table;
  const char* sql;
};
extern const std::array<OracleQuery, 4> kOracleQueries;

// Adds one row; throws std::runtime_error if it is there already.
void put(FoundRows& found, std::string_view table, std::string id, FoundRow row);

[[nodiscard]] FoundRows rows_of_store(storage::Database& database);

// Adds what was found elsewhere. A row may be in a store and in a copy of it: the later state of it
// counts.
void add(FoundRows& all, const FoundRows& found);

class Ledger {
 public:
  // Takes whole lines; what follows the last newline was cut off by the death of the host.
  void add(std::string_view lines);

  [[nodiscard]] std::size_t size() const noexcept { return last_.size(); }

  // What is wrong, one sentence each: an acknowledged row that is missing, or that is neither in
  // the acknowledged state nor in a later one.
  [[nodiscard]] std::vector<std::string> violations(const FoundRows& found) const;

 private:
  FoundRows last_;  // the last acknowledged state of each row
};

}  // namespace edo::testing
